#include "models/batch_norm.h"

namespace mnemo {

at::Tensor batch_normalized(torch::nn::BatchNorm1dImpl& norm, const at::Tensor& pooled,
                            bool training) {
  const bool by_batch = training && pooled.size(0) > 1;
  if (by_batch) norm.num_batches_tracked.add_(1);
  return at::batch_norm(pooled, norm.weight, norm.bias, norm.running_mean, norm.running_var,
                        by_batch, norm.options.momentum().value(), norm.options.eps(),
                        /*cudnn_enabled=*/true);
}

}  // namespace mnemo
