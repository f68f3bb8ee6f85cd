// Recurrent layers step by step, by plain operators: slow, but every state is a tensor of its own.
#pragma once

#include "models/recurrent/recurrent_probe.h"

namespace mnemo {

// One direction of one layer, by the cell's own step. Adds gates and states to `probed`, unless it
// is null.
CellPassResult unrolled_pass(const CellDefinition& cell, const CellPass& pass, ProbedPass* probed);

}  // namespace mnemo
