#include "models/dropout.h"

#include "common/error.h"

namespace mnemo {

at::Tensor dropout(const at::Tensor& input, double p, bool training,
                   const ForwardContext& context) {
  if (!training || p == 0.0) return input;
  if (!context.generator)
    throw Error("dropout in training needs a generator in its ForwardContext");
  auto mask = at::empty_like(input, input.options().requires_grad(false));
  mask.bernoulli_(1.0 - p, context.generator).div_(1.0 - p);
  return input * mask;
}

}  // namespace mnemo
