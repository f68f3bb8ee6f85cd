// Forecasters as TorchScript files.
#pragma once

#include <string>

#include "models/export/torchscript.h"
#include "models/forecaster.h"

namespace mnemo {

// forward(history (B, lookback, features) float) -> (B, horizon, targets), with quantiles (B,
// horizon, targets, quantiles), all in the data's own units. Before it returns, the bytes are
// loaded again and compared with the model at two batch sizes; a difference throws Error.
std::string export_forecaster(ForecasterModule& model, const ExtraFiles& extra_files);

}  // namespace mnemo
