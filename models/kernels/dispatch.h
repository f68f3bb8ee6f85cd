// The choice of those of mnemo's own kernels that this machine runs.
#pragma once

#include <ATen/ATen.h>

#include "models/kernels/vector_kernels.h"

namespace mnemo {

enum class KernelPath {
  automatic,  // the fastest that this machine has and LibTorch is not held below
  stock,      // LibTorch's own operators
  avx2,
  avx512,
};

// The kernels that `path` means; null for LibTorch's own operators. Throws Error for kernels that
// this machine cannot run.
const VectorKernels* vector_kernels(KernelPath path);

// The same for an LSTM, which needs matrix products in `type` (kFloat or kBFloat16) besides; null
// where this machine or LibTorch has none.
const VectorKernels* lstm_kernels(KernelPath path, at::ScalarType type);

}  // namespace mnemo
