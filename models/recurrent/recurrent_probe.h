// Recurrent layers leave this to look at when ForwardContext::probe asks for it: the states of each
// step, in the graph, so that their gradients can be asked for, and what the gates let through.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "models/recurrent/cells/cell_table.h"
#include "models/sequence_batch.h"

namespace mnemo {

// An activation inside a cell, at all steps.
struct ProbedGate {
  const char* name = "";  // as the cell's definition has it
  Squash squash = Squash::sigmoid;
  at::Tensor values = {};  // (N, H) activated, without a graph
};

// One direction of one layer over one batch. Steps stand in the order in which they were read: a
// backward direction's first is each sequence's last.
struct ProbedPass {
  at::Tensor parameter = {};  // one of the layer's, by which it is known
  Cell cell = Cell::lstm;
  SequenceLayout layout = {};
  std::vector<at::Tensor> hidden = {};  // (T) tensors (B_t, H): the state after each step
  std::vector<ProbedGate> gates = {};
};

struct RecurrentProbe {
  std::vector<ProbedPass> passes;  // in the order in which they ran
};

}  // namespace mnemo
