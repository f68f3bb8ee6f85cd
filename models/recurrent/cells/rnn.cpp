// The plain recurrent layer (Elman 1990), as torch.nn.RNN defines it.
#include "models/recurrent/cells/cell_table.h"

namespace mnemo {
namespace {

std::vector<CellGate> rnn_gates(Activation activation) {
  return {{.name = "state",
           .squash = activation == Activation::relu ? Squash::relu : Squash::tanh,
           .blocks = Blocks::at_ends}};
}

CellStep rnn_step(const CellStepInput& in) {
  const auto sum = in.input + at::linear(in.states[0], in.weights[1], in.weights[3]);
  const auto hidden = in.activation == Activation::relu ? sum.relu() : sum.tanh();
  return {.states = {hidden}, .gates = {hidden}};
}

CellPassResult rnn_by_operators(const CellPass& pass) {
  const auto input = pad_steps(pass.input, pass.layout);  // (T, B, F)
  const auto hidden = pass.states[0].unsqueeze(0);
  const bool train = at::GradMode::is_enabled();  // inference keeps nothing for backward
  const auto [output, last] =
      pass.activation == Activation::relu
          ? at::rnn_relu(input, hidden, pass.weights, /*has_biases=*/true, /*num_layers=*/1,
                         /*dropout=*/0.0, train, /*bidirectional=*/false, /*batch_first=*/false)
          : at::rnn_tanh(input, hidden, pass.weights, /*has_biases=*/true, /*num_layers=*/1,
                         /*dropout=*/0.0, train, /*bidirectional=*/false, /*batch_first=*/false);
  return {.values = pack_steps(output, pass.layout)};
}

}  // namespace

const CellDefinition& rnn_cell() {
  static const CellDefinition definition = {
      .parameters = pytorch_parameters(1),
      .states = {"state"},
      .gates = rnn_gates,
      .read = pytorch_read,
      .step = rnn_step,
      .by_operators = rnn_by_operators,
      .source =
          "torch.rnn_{activation}({input}, {states}, [{weights}], True, 1, 0.0, False, "
          "False, True)",
      .takes_activation = true};
  return definition;
}

}  // namespace mnemo
