#include "models/recurrent/unrolled.h"

#include <utility>

namespace mnemo {
namespace {

struct State {
  at::Tensor hidden;  // (B_t, H)
  at::Tensor cell;    // likewise, lstm only
};

struct Step {
  State state;
  std::vector<at::Tensor> gates;  // (B_t, H) each, in the order of gates_of()
};

std::vector<ProbedGate> gates_of(const RecurrentOptions& options) {
  switch (options.cell) {
    case Cell::lstm:
      return {{.name = "input", .squash = Squash::sigmoid},
              {.name = "forget", .squash = Squash::sigmoid},
              {.name = "candidate", .squash = Squash::tanh},
              {.name = "output", .squash = Squash::sigmoid}};
    case Cell::gru:
      return {{.name = "reset", .squash = Squash::sigmoid},
              {.name = "update", .squash = Squash::sigmoid},
              {.name = "candidate", .squash = Squash::tanh}};
    case Cell::rnn:
      return {{.name = "state",
               .squash = options.activation == Activation::relu ? Squash::relu : Squash::tanh}};
    case Cell::transformer:
      break;
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled cell");
}

// `input` and `recurrent` (B_t, gates * H): what the step's input and the state before it give.
Step next_step(const RecurrentOptions& options, const at::Tensor& input,
               const at::Tensor& recurrent, const State& before) {
  switch (options.cell) {
    case Cell::lstm: {
      const auto parts = (input + recurrent).chunk(4, 1);
      const auto i = parts[0].sigmoid(), f = parts[1].sigmoid(), g = parts[2].tanh(),
                 o = parts[3].sigmoid();
      const auto cell = f * before.cell + i * g;
      return {.state = {.hidden = o * cell.tanh(), .cell = cell}, .gates = {i, f, g, o}};
    }
    case Cell::gru: {
      const auto x = input.chunk(3, 1), h = recurrent.chunk(3, 1);
      const auto r = (x[0] + h[0]).sigmoid(), z = (x[1] + h[1]).sigmoid(),
                 n = (x[2] + r * h[2]).tanh();
      return {.state = {.hidden = (1.0 - z) * n + z * before.hidden, .cell = {}},
              .gates = {r, z, n}};
    }
    case Cell::rnn: {
      const auto sum = input + recurrent;
      const auto hidden = options.activation == Activation::relu ? sum.relu() : sum.tanh();
      return {.state = {.hidden = hidden, .cell = {}}, .gates = {hidden}};
    }
    case Cell::transformer:
      break;
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled cell");
}

}  // namespace

UnrolledPass unrolled_pass(const RecurrentOptions& options, const std::vector<at::Tensor>& weights,
                           const at::Tensor& packed, const SequenceLayout& layout,
                           const at::Tensor& hidden, const at::Tensor& cell,
                           RecurrentProbe& probe) {
  const auto type = packed.scalar_type();
  const auto recurrent_weight = weights[1].to(type), recurrent_bias = weights[3].to(type);
  const auto inputs = at::linear(packed, weights[0].to(type), weights[2].to(type));
  const auto offsets = layout.step_offsets();
  ProbedPass pass{.weight_hh = weights[1], .cell = options.cell, .layout = layout};
  pass.gates = gates_of(options);
  std::vector<std::vector<at::Tensor>> gates(pass.gates.size());
  std::vector<at::Tensor> cells;
  State state{.hidden = hidden, .cell = cell};
  for (size_t t = 0; t + 1 < offsets.size(); ++t) {
    const int64_t rows = offsets[t + 1] - offsets[t];  // those that are longer than t come first
    const State before{.hidden = state.hidden.narrow(0, 0, rows),
                       .cell = options.cell == Cell::lstm ? state.cell.narrow(0, 0, rows) : cell};
    auto step = next_step(options, inputs.narrow(0, offsets[t], rows),
                          at::linear(before.hidden, recurrent_weight, recurrent_bias), before);
    state = step.state;
    pass.hidden.push_back(state.hidden);
    if (options.cell == Cell::lstm) cells.push_back(state.cell);
    for (size_t i = 0; i < gates.size(); ++i) gates[i].push_back(step.gates[i].detach());
  }
  for (size_t i = 0; i < gates.size(); ++i) pass.gates[i].values = at::cat(gates[i]);
  const auto last = layout.last_rows().to(packed.device());
  UnrolledPass result{.values = at::cat(pass.hidden), .hidden = {}, .cell = {}};
  result.hidden = result.values.index_select(0, last);
  if (!cells.empty()) result.cell = at::cat(cells).index_select(0, last);
  probe.passes.push_back(std::move(pass));
  return result;
}

}  // namespace mnemo
