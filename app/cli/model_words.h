// Words that the tasks' models share, for `mnemo info`.
#pragma once

#include <string>

#include "models/recurrent/recurrent_encoder.h"
#include "models/transformer/transformer_encoder.h"

namespace mnemo {

// Names what a Transformer has beside what cells have; empty for a cell.
std::string transformer_parts(Cell cell, const TransformerOptions& options);

}  // namespace mnemo
