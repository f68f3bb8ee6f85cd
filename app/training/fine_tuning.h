// How a text model learns on from weights that know something (Howard and Ruder 2018): the layers
// that are new at once, those below them later and more slowly.
#pragma once

#include <cstdint>
#include <vector>

#include "app/training/optimizers/optimizer.h"
#include "models/torch_api.h"

namespace mnemo {

struct FineTuningOptions {
  // Gradual unfreezing: the dense layer and pooling learn alone for so many steps, then the highest
  // recurrent layer with them, as many steps later the next, and the embedding last; 0: all at
  // once.
  int64_t unfreeze_steps = 0;
  // Each of these learns at this share of the rate of the one above it.
  double layer_rate = 1.0;
};

// Returns one pace for each of model.parameters(), which are named as a TextClassifier's are.
std::vector<ParameterPace> fine_tuning_paces(const torch::nn::Module& model,
                                             const FineTuningOptions& options);

}  // namespace mnemo
