// A model of series as TorchScript source, of LibTorch's stock operators.
#pragma once

#include <string>

#include "models/series_model.h"

namespace mnemo {

// The last layer's numbers become one of these.
enum class SeriesAnswer {
  probabilities,  // of classes: softmax
  numbers,        // in the data's own units
};

// The source of forward(values, lengths) for a module whose attributes are the model's parameters
// and buffers under their torchscript_name().
std::string series_model_source(const SeriesModelOptions& options, SeriesAnswer answer);

}  // namespace mnemo
