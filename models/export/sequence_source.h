// TorchScript for padded batches of sequences of unequal lengths: recurrent layers of both
// directions, Transformers and pooling, of LibTorch's stock operators. The names in the script:
// `lengths` (B), `x` (B, T, D) the steps so far, `batch`, and `final` (B, D) the last layer's state
// after each sequence's end.
#pragma once

#include <cstdint>
#include <string>

#include "models/norm.h"
#include "models/pooling.h"
#include "models/recurrent/recurrent_encoder.h"
#include "models/transformer/transformer_encoder.h"

namespace mnemo {

// Cuts the (B, T, ...) argument `input` to the longest sequence, and finds what the other pieces
// need.
std::string lengths_source(const std::string& input);

// `variable` = its norm over the last dimension, by the attributes `prefix` + "batch_norm" +
// `suffix` + "_weight" and so on. Nothing for Norm::none.
std::string norm_source(Norm norm, const std::string& variable, const std::string& prefix,
                        const std::string& suffix);

// All layers of an encoder whose parameters' attributes begin with `prefix`.
std::string layers_source(const RecurrentOptions& encoder, const std::string& prefix);
std::string layers_source(const TransformerOptions& encoder, const std::string& prefix);

// The longest sequence that a model with these layers reads, `wanted` at most: learned positions
// end.
int64_t longest_readable(Cell cell, const TransformerOptions& transformer, int64_t wanted);

// Leaves `pooled` (B, kinds * size).
std::string pooling_source(const PoolingOptions& pooling, int64_t size);

}  // namespace mnemo
