// The CUDA part of LibTorch, loaded when somebody asks for a GPU.
#pragma once

#include <string>

namespace mnemo {

// mnemo is linked with libtorch_cpu alone: so it starts without NVIDIA's libraries, which a CUDA
// build of LibTorch asks for by the gigabyte. This loads libtorch_cuda from the folder of
// libtorch_cpu, once a process, and returns why it cannot be, in words that end a sentence; empty:
// it is loaded. LibTorch remembers whether it has CUDA from the first time that it is asked, so
// this comes first.
std::string load_cuda_library();

}  // namespace mnemo
