// Raw numbers of tensors, for kernels.
#pragma once

#include <ATen/ATen.h>

namespace mnemo {

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
