// The settings of layers that a cell, or a single layer, has no use for.
#pragma once

#include <map>
#include <string>

#include "models/initialization.h"
#include "models/norm.h"
#include "models/recurrent/recurrent_encoder.h"

namespace mnemo {

// The layers of a model of any task, as far as settings of theirs can be without effect.
struct LayerSettings {
  Cell cell = Cell::lstm;
  Activation activation = Activation::tanh;
  double layer_dropout = 0.0;  // between layers; inside those of a Transformer
  double recurrent_dropout = 0.0;
  bool variational = false;
  // The dropouts that `variational` is about besides, by their names.
  std::map<std::string, double> other_dropouts = {};
  Norm inner_norm = Norm::none;
  std::string single_layer = {};  // says that there is one, as "`layers` is 1"; empty: several
};

// Throws SettingError for what would be without effect: only an LSTM has a forget gate, a
// Transformer has no recurrence, and between layers there is nothing where there is one.
void validate(const LayerSettings& layers, const InitializationOptions& start);

}  // namespace mnemo
