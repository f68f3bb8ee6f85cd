// Normalisation of features by batch (Ioffe and Szegedy 2015) or by layer (Ba et al. 2016).
#pragma once

#include <torch/nn/modules/normalization.h>

#include <cstdint>
#include <string>

#include "models/torch_api.h"

namespace mnemo {

enum class Norm { none, batch, layer };

inline constexpr double kBatchNormEps = 1e-5;
inline constexpr double kBatchNormMomentum = 0.1;  // weight of the new batch, as PyTorch counts it

// A norm over the last dimension of (rows, size), whose parameters are those of
// torch.nn.BatchNorm1d or torch.nn.LayerNorm. Norm::none has no parameters and does nothing.
class FeatureNorm {
 public:
  FeatureNorm() = default;
  // Registers it in `owner` as "batch_norm" or "layer_norm", with `suffix` behind.
  FeatureNorm(torch::nn::Module& owner, Norm norm, int64_t size, const std::string& suffix = "");

  // (rows, size) -> the same shape, fp32 at least. One row alone has no variance: batch norm takes
  // its running statistics then, in training, too, and leaves them as they are.
  at::Tensor operator()(const at::Tensor& values, bool training);

 private:
  torch::nn::BatchNorm1d batch_{nullptr};
  torch::nn::LayerNorm layer_{nullptr};
};

}  // namespace mnemo
