// See operators.cpp, which registers mnemo's operators with PyTorch when the module is loaded.
#pragma once

namespace mnemo::python {

// True where this machine runs them: a CPU with AVX2 or AVX-512.
bool has_lstm_kernels();

}  // namespace mnemo::python
