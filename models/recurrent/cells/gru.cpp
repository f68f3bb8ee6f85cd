// The gated recurrent unit (Cho et al. 2014), as torch.nn.GRU defines it.
#include "models/recurrent/cells/cell_table.h"

namespace mnemo {
namespace {

constexpr int64_t kGruGates = 3;

std::vector<CellGate> gru_gates(Activation) {
  return {{.name = "reset", .squash = Squash::sigmoid},
          {.name = "update", .squash = Squash::sigmoid, .blocks = Blocks::open},
          {.name = "candidate", .squash = Squash::tanh}};
}

CellStep gru_step(const CellStepInput& in) {
  const auto x = in.input.chunk(kGruGates, 1);
  const auto h = at::linear(in.states[0], in.weights[1], in.weights[3]).chunk(kGruGates, 1);
  const auto r = (x[0] + h[0]).sigmoid(), z = (x[1] + h[1]).sigmoid(), n = (x[2] + r * h[2]).tanh();
  return {.states = {(1.0 - z) * n + z * in.states[0]}, .gates = {r, z, n}};
}

CellPassResult gru_by_operators(const CellPass& pass) {
  const bool train = at::GradMode::is_enabled();  // inference keeps nothing for backward
  const auto [output, last] =
      at::gru(pad_steps(pass.input, pass.layout), pass.states[0].unsqueeze(0), pass.weights,
              /*has_biases=*/true, /*num_layers=*/1, /*dropout=*/0.0, train,
              /*bidirectional=*/false, /*batch_first=*/false);
  return {.values = pack_steps(output, pass.layout)};
}

}  // namespace

const CellDefinition& gru_cell() {
  static const CellDefinition definition = {
      .parameters = pytorch_parameters(kGruGates),
      .states = {"state"},
      .gates = gru_gates,
      .read = pytorch_read,
      .step = gru_step,
      .by_operators = gru_by_operators,
      .source = "torch.gru({input}, {states}, [{weights}], True, 1, 0.0, False, False, True)"};
  return definition;
}

}  // namespace mnemo
