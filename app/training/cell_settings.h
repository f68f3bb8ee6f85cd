// Which settings a cell has no use for.
#pragma once

#include "models/initialization.h"
#include "models/norm.h"
#include "models/recurrent/recurrent_encoder.h"

namespace mnemo {

// Throws UsageError for what a Transformer, which has no recurrence, would leave without effect.
void validate_start(Cell cell, const InitializationOptions& options);
// Likewise, of what is inside recurrent layers and between them.
void validate_inside(Cell cell, double recurrent_dropout, Norm inner_norm);

}  // namespace mnemo
