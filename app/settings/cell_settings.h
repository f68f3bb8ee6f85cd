// Which settings a cell has no use for.
#pragma once

#include <map>
#include <string>

#include "models/initialization.h"
#include "models/norm.h"
#include "models/recurrent/recurrent_encoder.h"

namespace mnemo {

// Throws UsageError for what the cell would leave without effect: only an LSTM has a forget gate,
// and a Transformer has no recurrence.
void validate_start(Cell cell, const InitializationOptions& options);
// Checks in the same way what is inside recurrent layers and between them.
void validate_inside(Cell cell, double recurrent_dropout, Norm inner_norm);
// Throws UsageError for a `variational` dropout that none is there for: not between layers (those
// of a Transformer have it inside, where it stays as it is), and none of `others`, which are
// options by their names.
void validate_variational(Cell cell, bool variational, double layer_dropout,
                          const std::map<std::string, double>& others);

}  // namespace mnemo
