#include "models/linear_part.h"

#include <algorithm>

namespace mnemo {

LinearPartImpl::LinearPartImpl(int64_t steps, int64_t features, int64_t outputs)
    : weight_(register_buffer("weight", at::zeros({outputs, steps, features}))),
      bias_(register_buffer("bias", at::zeros({outputs}))) {}

at::Tensor LinearPartImpl::forward(const at::Tensor& input, const SequenceLayout& layout) const {
  const int64_t steps = std::min(weight_.size(1), layout.steps());
  const auto read = pad_steps(input, layout).narrow(0, 0, steps).transpose(0, 1);  // (B, steps, F)
  return at::linear(read.flatten(1), weight_.narrow(1, 0, steps).flatten(1), bias_);
}

void LinearPartImpl::set(const at::Tensor& weight, const at::Tensor& bias) {
  const at::NoGradGuard no_grad;
  weight_.copy_(weight.view_as(weight_));
  bias_.copy_(bias);
}

}  // namespace mnemo
