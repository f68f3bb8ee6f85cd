// The long short-term memory (Hochreiter and Schmidhuber 1997) with a forget gate (Gers et al.
// 2000), as torch.nn.LSTM defines it. On CPUs with vector units mnemo's own kernels compute it.
#include "models/recurrent/cells/cell_table.h"
#include "models/recurrent/lstm_layer.h"

namespace mnemo {
namespace {

constexpr int64_t kLstmGates = 4;

std::vector<CellGate> lstm_gates(Activation) {
  return {{.name = "input", .squash = Squash::sigmoid, .blocks = Blocks::shut},
          {.name = "forget", .squash = Squash::sigmoid},
          {.name = "candidate", .squash = Squash::tanh},
          {.name = "output", .squash = Squash::sigmoid, .blocks = Blocks::shut}};
}

CellStep lstm_step(const CellStepInput& in) {
  const auto sums = in.input + at::linear(in.states[0], in.weights[1], in.weights[3]);
  const auto parts = sums.chunk(kLstmGates, 1);
  const auto i = parts[0].sigmoid(), f = parts[1].sigmoid(), g = parts[2].tanh(),
             o = parts[3].sigmoid();
  const auto cell = f * in.states[1] + i * g;
  return {.states = {o * cell.tanh(), cell}, .gates = {i, f, g, o}};
}

CellPassResult lstm_by_operators(const CellPass& pass) {
  constexpr bool biases = true, bidirectional = false, batch_first = false;
  constexpr int64_t layers = 1;
  constexpr double no_dropout = 0.0;
  const bool train = at::GradMode::is_enabled();  // inference keeps nothing for backward
  const CellTensors begin = {pass.states[0].unsqueeze(0), pass.states[1].unsqueeze(0)};
  if (pass.wants_all_states && !pass.layout.equal_lengths()) {
    // This is slow on the CPU, but the only stock way to each sequence's own final cell state.
    const auto [output, hidden, cell] =
        at::lstm(pass.input, pass.layout.batch_sizes, begin, pass.weights, biases, layers,
                 no_dropout, train, bidirectional);
    return {.values = output, .other_states = {cell.squeeze(0)}};
  }
  const auto [output, hidden, cell] =
      at::lstm(pad_steps(pass.input, pass.layout), begin, pass.weights, biases, layers, no_dropout,
               train, bidirectional, batch_first);
  CellPassResult result{.values = pack_steps(output, pass.layout)};
  if (pass.wants_all_states) result.other_states = {cell.squeeze(0)};
  return result;
}

class LstmKernels : public CellKernels {
 public:
  CellLayerResult forward(const CellLayer& layer) override {
    std::vector<LstmWeights> directions;
    for (const auto& weights : layer.weights) {
      directions.push_back({weights[0], weights[1], weights[2], weights[3]});
    }
    const auto state = [&](size_t index) {
      return layer.states.empty() ? at::Tensor() : layer.states[index];
    };
    const auto output = lstm_layer(layer.input, layer.layout, directions, state(0), state(1),
                                   layer.type, layer.kernels, packed_);
    return {.values = output.values, .states = {output.hidden, output.cell}};
  }

 private:
  PackedLstmCache packed_;
};

}  // namespace

const CellDefinition& lstm_cell() {
  static const CellDefinition definition = {
      .parameters = pytorch_parameters(kLstmGates),
      .states = {"state", "cell"},
      .gates = lstm_gates,
      .read = pytorch_read,
      .step = lstm_step,
      .by_operators = lstm_by_operators,
      .kernels = lstm_kernels,
      .make_kernels = []() -> std::unique_ptr<CellKernels> {
        return std::make_unique<LstmKernels>();
      },
      .source = "torch.lstm({input}, [{states}], [{weights}], True, 1, 0.0, False, False, True)",
      .forget_bias = ForgetBias{.parameter = "bias_ih", .gate = 1}};
  return definition;
}

}  // namespace mnemo
