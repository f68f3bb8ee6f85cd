// A forecaster as TorchScript source, of LibTorch's stock operators.
#pragma once

#include <string>

#include "models/forecaster.h"

namespace mnemo {

// The source of forward(history) -> forecast, in the data's own units, for a module whose
// attributes are the model's parameters and buffers under their torchscript_name().
std::string forecaster_source(const ForecasterOptions& options);

}  // namespace mnemo
