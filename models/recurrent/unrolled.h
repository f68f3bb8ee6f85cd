// Recurrent layers step by step, by plain operators: slow, but every state is a tensor of its own.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "models/recurrent/recurrent_probe.h"
#include "models/sequence_batch.h"

namespace mnemo {

struct UnrolledPass {
  at::Tensor values;  // (N, H)
  at::Tensor hidden;  // (B, H) after each sequence's own last step
  at::Tensor cell;    // likewise; undefined but for an LSTM
};

// One direction of one layer, as torch.nn.LSTM, GRU and RNN define it, read in the order in which
// `packed` (N, F) stands. weights: weight_ih, weight_hh, bias_ih, bias_hh; hidden and cell (B, H).
// Adds what it did to `probe`.
UnrolledPass unrolled_pass(const RecurrentOptions& options, const std::vector<at::Tensor>& weights,
                           const at::Tensor& packed, const SequenceLayout& layout,
                           const at::Tensor& hidden, const at::Tensor& cell, RecurrentProbe& probe);

}  // namespace mnemo
