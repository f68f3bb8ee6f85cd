#include "models/norm.h"

namespace mnemo {
namespace {

at::Tensor batch_normalized(torch::nn::BatchNorm1dImpl& norm, const at::Tensor& values,
                            bool training) {
  const bool by_batch = training && values.size(0) > 1;
  if (by_batch) norm.num_batches_tracked.add_(1);
  return at::batch_norm(values, norm.weight, norm.bias, norm.running_mean, norm.running_var,
                        by_batch, norm.options.momentum().value(), norm.options.eps(),
                        /*cudnn_enabled=*/true);
}

}  // namespace

FeatureNorm::FeatureNorm(torch::nn::Module& owner, Norm norm, int64_t size,
                         const std::string& suffix) {
  switch (norm) {
    case Norm::none:
      return;
    case Norm::batch:
      batch_ = owner.register_module(
          "batch_norm" + suffix,
          torch::nn::BatchNorm1d(
              torch::nn::BatchNormOptions(size).eps(kBatchNormEps).momentum(kBatchNormMomentum)));
      return;
    case Norm::layer:
      layer_ = owner.register_module("layer_norm" + suffix,
                                     torch::nn::LayerNorm(torch::nn::LayerNormOptions({size})));
      return;
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled norm");
}

at::Tensor FeatureNorm::operator()(const at::Tensor& values, bool training) {
  if (batch_.is_empty() && layer_.is_empty()) return values;
  const auto full = values.to(at::promote_types(values.scalar_type(), at::kFloat));
  return layer_.is_empty() ? batch_normalized(*batch_, full, training) : layer_(full);
}

}  // namespace mnemo
