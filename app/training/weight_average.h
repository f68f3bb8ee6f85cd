// Exponential moving average of a model's parameters over the steps of a training (Polyak and
// Juditsky 1992), which often generalises better than the last weights.
#pragma once

#include <vector>

#include "models/safetensors.h"

namespace mnemo {

// PyTorch's torch.optim.swa_utils.AveragedModel with get_ema_multi_avg_fn(decay): the first update
// copies the parameters, each later one moves the average by 1 - decay of the way to them.
class WeightAverage {
 public:
  WeightAverage(std::vector<at::Tensor> parameters, double decay);

  // After an optimizer's step.
  void update();
  // Exchanges the parameters' values with the average, without memory of its own. Does nothing
  // before the first update.
  void swap();

  // Shares storage; empty before the first update.
  NamedTensors state() const;
  void restore(const NamedTensors& state);

 private:
  std::vector<at::Tensor> parameters_, averages_;
  at::Tensor spare_;  // as large as the largest parameter
  double decay_;
};

}  // namespace mnemo
