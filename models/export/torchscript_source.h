// The TorchScript program of a text classifier, as text. Stock operators only.
#pragma once

#include <string>

#include "models/text_classifier.h"

namespace mnemo {

// `forward(tokens int64 (B, T), lengths int64 (B)) -> probabilities (B, C)`. Parameters are those
// of the module's state_dict with '.' written '_'.
std::string torchscript_source(const TextClassifierOptions& options);

// "encoder.weight_ih_l0" -> "encoder_weight_ih_l0".
std::string torchscript_name(std::string state_dict_name);

}  // namespace mnemo
