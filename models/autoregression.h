// Linear forecasts of columns from their own past, beside those of recurrent layers: the
// autoregressive part of LSTNet (Lai et al. 2018). See app/tasks/forecast/autoregression.h.
#pragma once

#include <cstdint>

#include "models/torch_api.h"

namespace mnemo {

// Buffers, since nothing learns them by gradient descent: `weight` (horizon, rows), `bias`
// (horizon) and `share` (1), what it counts in the forecast; the layers have the rest.
class AutoregressionImpl : public torch::nn::Module {
 public:
  // It begins with weights of zero, and a share of a half.
  AutoregressionImpl(int64_t rows, int64_t horizon);

  // past (..., L), of which the last `rows` are read -> (..., horizon)
  at::Tensor forward(const at::Tensor& past) const;

  // layers (B, horizon, K, outputs), past (B, K, L) -> the same with `share` of its column
  // `centre` from here.
  at::Tensor mixed_into(const at::Tensor& layers, const at::Tensor& past, int64_t centre) const;

  int64_t rows() const { return weight_.size(1); }
  const at::Tensor& weight() const { return weight_; }
  const at::Tensor& bias() const { return bias_; }
  const at::Tensor& share() const { return share_; }

 private:
  at::Tensor weight_, bias_, share_;
};
TORCH_MODULE(Autoregression);

}  // namespace mnemo
