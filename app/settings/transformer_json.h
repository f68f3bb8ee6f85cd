// What a Transformer has of its own, as part of a model's settings. Models of cells have none of
// it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "models/recurrent/recurrent_encoder.h"
#include "models/transformer/transformer_encoder.h"

namespace mnemo {

// The settings of a model, and with them its Transformer's where its cell is one.
nlohmann::json with_transformer(nlohmann::json model, Cell cell, const TransformerOptions& options);

// Throws Error for a size that is not positive, and json's own for a key that is missing.
TransformerOptions transformer_from_json(const nlohmann::json& model);

}  // namespace mnemo
