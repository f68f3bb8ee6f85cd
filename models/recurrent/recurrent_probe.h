// What recurrent layers leave to look at when ForwardContext::probe asks for it: the states of each
// step, in the graph, so that their gradients can be asked for, and what the gates let through.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "models/recurrent/recurrent_encoder.h"
#include "models/sequence_batch.h"

namespace mnemo {

enum class Squash { sigmoid, tanh, relu };

// An activation inside a cell, at all steps.
struct ProbedGate {
  // lstm: input, forget, candidate, output; gru: reset, update, candidate; rnn: state
  const char* name = "";
  Squash squash = Squash::sigmoid;
  at::Tensor values = {};  // (N, H) activated, without a graph
};

// One direction of one layer over one batch. Steps stand in the order in which they were read: a
// backward direction's first is each sequence's last.
struct ProbedPass {
  at::Tensor weight_hh = {};  // the layer's parameter, by which it is known
  Cell cell = Cell::lstm;
  SequenceLayout layout = {};
  std::vector<at::Tensor> hidden = {};  // (T) tensors (B_t, H): the state after each step
  std::vector<ProbedGate> gates = {};
};

struct RecurrentProbe {
  std::vector<ProbedPass> passes;  // in the order in which they ran
};

}  // namespace mnemo
