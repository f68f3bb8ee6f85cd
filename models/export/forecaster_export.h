// Forecasters as TorchScript files.
#pragma once

#include <string>
#include <vector>

#include "models/export/torchscript.h"
#include "models/forecaster.h"

namespace mnemo {

// The columns' units to the last digit; a model's own buffers hold them rounded to floats. The
// scaled value is (value - offset) / scale.
struct ForecastUnits {
  std::vector<double> feature_offset, feature_scale;  // (features)
  std::vector<double> target_offset, target_scale;    // (targets)
};

// The units that the model's buffers hold.
ForecastUnits units_in(ForecasterImpl& model);

// forward(history (B, lookback, features) float or double) -> (B, horizon, targets), with quantiles
// (B, horizon, targets, quantiles), of the same type, all in the data's own units. It scales in
// double, so that no digit of a double is lost by how far the data lie from 0. Before it returns,
// the bytes are loaded again and compared with the model at two batch sizes; a difference throws
// Error, and so do data so far from 0 that floats cannot tell them apart.
std::string export_forecaster(ForecasterModule& model, const ForecastUnits& units,
                              const ExtraFiles& extra_files);

}  // namespace mnemo
