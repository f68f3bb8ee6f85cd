// Exponential moving average of a model's parameters over the steps of a training (Polyak and
// Juditsky 1992), which often generalises better than the last weights.
#pragma once

#include <cstdint>
#include <vector>

#include "models/safetensors.h"

namespace mnemo {

// The first update copies the parameters; the one after t others moves the average by 1 - d of the
// way to them, d = min(decay, (1 + t) / (10 + t)), as TensorFlow's ExponentialMovingAverage does
// with num_updates: an average of the last tenth of the steps at first, so that it is worth
// validating from the first epoch on, and one of 1 / (1 - decay) steps in the end.
class WeightAverage {
 public:
  WeightAverage(std::vector<at::Tensor> parameters, double decay);

  // After an optimizer's step.
  void update();
  // Exchanges the parameters' values with the average, without memory of its own. Does nothing
  // before the first update.
  void swap();

  // Shares storage with the averages; empty before the first update.
  NamedTensors state() const;
  void restore(const NamedTensors& state);

 private:
  std::vector<at::Tensor> parameters_, averages_;
  at::Tensor spare_;  // as large as the largest parameter
  double decay_;
  int64_t updates_ = 0;
};

}  // namespace mnemo
