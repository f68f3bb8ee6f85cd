// Raw numbers of tensors, for kernels, and the kernels for them.
#pragma once

#include <ATen/ATen.h>

#include <type_traits>

#include "models/kernels/vector_kernels.h"

namespace mnemo {

template <typename Storage>
const StorageKernels<Storage>& kernels_for(const VectorKernels& kernels) {
  if constexpr (std::is_same_v<Storage, float>) {
    return kernels.fp32;
  } else {
    return kernels.bf16;
  }
}

// Calls `task` with a number of the type in which tensors of `type`, kFloat or kBFloat16, are
// stored.
template <typename Task>
void with_storage(at::ScalarType type, const Task& task) {
  if (type == at::kFloat) {
    task(float{});
  } else {
    task(Bf16Bits{});
  }
}

// Pointers into tensors whose type is known to fit; null for an undefined tensor.
template <typename Storage>
Storage* data(at::Tensor& tensor) {
  return tensor.defined() ? static_cast<Storage*>(tensor.mutable_data_ptr()) : nullptr;
}
template <typename Storage>
const Storage* const_data(const at::Tensor& tensor) {
  return tensor.defined() ? static_cast<const Storage*>(tensor.const_data_ptr()) : nullptr;
}

}  // namespace mnemo
