// How the process asks the system for memory, and is refused.
#pragma once

#include <string_view>

namespace mnemo {

// Each step of a training, and each batch of an inference, allocates and frees tensors of the same
// sizes. The C library would give the large ones back each time and have every page faulted in
// anew, up to a tenth of a step's time; from now on it keeps them. For the program's commands
// alone: a library leaves its host's allocator as it is.
void keep_freed_memory();

// True of the message of LibTorch's error when there is none left.
bool is_out_of_memory(std::string_view message);

}  // namespace mnemo
