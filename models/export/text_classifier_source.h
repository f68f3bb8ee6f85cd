// A text classifier as TorchScript source, of LibTorch's stock operators.
#pragma once

#include <string>

#include "models/text_classifier.h"

namespace mnemo {

// The source of forward(tokens, lengths) -> probabilities for a module whose attributes are the
// model's parameters and buffers under their torchscript_name().
std::string text_classifier_source(const TextClassifierOptions& options);

}  // namespace mnemo
