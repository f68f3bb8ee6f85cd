// TorchScript for Transformer encoders, of LibTorch's stock operators.
#pragma once

#include <string>

#include "models/transformer/transformer_encoder.h"

namespace mnemo {

// Turns `x` (B, T, F) into the encoder's output (B, T, D). `prefix` is that of the parameters'
// attributes; `mask` names a (B, T) bool, true where a step exists, or is empty: all do.
std::string transformer_source(const TransformerOptions& options, const std::string& prefix,
                               const std::string& mask);

}  // namespace mnemo
