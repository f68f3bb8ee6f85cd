// TorchScript of the layers of a cell that begin with given states, and of the encoder-decoder that
// is made of them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "models/forecaster.h"

namespace mnemo {

// Code for a layer, by its number.
using LayerSource = std::function<std::string(int64_t)>;

// The layers over `variable`, (sequences, steps, columns). Each begins with the states that `begin`
// writes for it, under their names, and `end` sees its results as `read`. Parameters' names begin
// with `prefix`.
std::string cell_layers_source(const ForecasterOptions& options, const std::string& variable,
                               const std::string& prefix, const LayerSource& begin,
                               const LayerSource& end = {});

// Every state is `zeros`; or what was kept of it as "hidden_0", by the name of the state and the
// number of the layer.
LayerSource begin_at_zeros(Cell cell);
LayerSource begin_at_kept_states(Cell cell);

// Leads from the window `x` (batch, look-back, inputs), and `known` (batch, horizon, width) where
// something is, to `y` (batch, horizon, targets, outputs).
std::string decoder_source(const ForecasterOptions& options);

}  // namespace mnemo
