#include "models/dropout.h"

#include <vector>

#include "mnemo/error.h"

namespace mnemo {
namespace {

at::Tensor scaled_mask(at::IntArrayRef sizes, const at::Tensor& like, double p,
                       const ForwardContext& context) {
  if (!context.generator)
    throw Error("dropout in training needs a generator in its ForwardContext");
  auto mask = at::empty(sizes, like.options().requires_grad(false));
  return mask.bernoulli_(1.0 - p, context.generator).div_(1.0 - p);
}

}  // namespace

at::Tensor dropout(const at::Tensor& input, double p, bool training,
                   const ForwardContext& context) {
  if (!training || p == 0.0) return input;
  return input * scaled_mask(input.sizes(), input, p, context);
}

at::Tensor row_dropout(const at::Tensor& input, double p, bool training,
                       const ForwardContext& context) {
  if (!training || p == 0.0) return input;
  std::vector<int64_t> one_a_row(static_cast<size_t>(input.dim()), 1);
  one_a_row[0] = input.size(0);
  return input * scaled_mask(one_a_row, input, p, context);
}

}  // namespace mnemo
