// mnemo's packed LSTM layer as operators of PyTorch, mnemo::lstm and mnemo::lstm_backward.
// python/mnemo/nn.py registers what they are to autograd and to the compiler.
#include "python/src/operators.h"

#include <torch/library.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>
#include <tuple>
#include <vector>

#include "models/kernels/dispatch.h"
#include "models/recurrent/lstm_kernel.h"

namespace mnemo::python {
namespace {

using at::Tensor;

// batch_sizes (T): how many of the sequences, the longest first, have a step t.
SequenceLayout layout_of(const Tensor& batch_sizes) {
  const Tensor sizes = batch_sizes.contiguous();
  TORCH_CHECK(sizes.device().is_cpu() && sizes.scalar_type() == at::kLong && sizes.dim() == 1 &&
                  sizes.numel() > 0,
              "batch_sizes is ", sizes.scalar_type(), " of ", sizes.sizes(),
              ", expected int64 (steps) on the CPU, of one step at least");
  const int64_t* const size = sizes.const_data_ptr<int64_t>();
  const int64_t steps = sizes.numel();
  TORCH_CHECK(size[steps - 1] > 0 && std::is_sorted(size, size + steps, std::greater<>()),
              "batch_sizes must fall, and be above 0");
  SequenceLayout layout{.order = std::vector<int64_t>(static_cast<size_t>(size[0])),
                        .lengths = std::vector<int64_t>(static_cast<size_t>(size[0])),
                        .batch_sizes = sizes};
  std::iota(layout.order.begin(), layout.order.end(), 0);
  for (int64_t step = 0; step < steps; ++step) {
    for (int64_t i = 0; i < size[step]; ++i) ++layout.lengths[static_cast<size_t>(i)];
  }
  return layout;
}

std::vector<LstmWeights> weights_of(at::TensorList parameters) {
  TORCH_CHECK(!parameters.empty() && parameters.size() % 4 == 0,
              "parameters are four a direction: weight_ih, weight_hh, bias_ih, bias_hh");
  std::vector<LstmWeights> directions;
  for (size_t i = 0; i < parameters.size(); i += 4) {
    directions.push_back({parameters[i], parameters[i + 1], parameters[i + 2], parameters[i + 3]});
  }
  return directions;
}

// The kernels read raw numbers: nothing else must reach them.
void require_fitting(const Tensor& input, const SequenceLayout& layout,
                     const std::vector<LstmWeights>& directions, const Tensor& hidden,
                     const Tensor& cell) {
  const int64_t units = directions.front().weight_hh.size(-1);
  const auto require = [](const Tensor& tensor, at::IntArrayRef shape, const char* name) {
    TORCH_CHECK(
        tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat && tensor.sizes() == shape,
        "mnemo::lstm: ", name, " is ", tensor.scalar_type(), " of ", tensor.sizes(),
        ", expected float of ", shape, " on the CPU");
  };
  TORCH_CHECK(input.dim() == 2, "mnemo::lstm: input is of ", input.sizes(),
              ", expected (values, features)");
  require(input, {layout.values(), input.size(1)}, "input");
  for (const auto& [weight_ih, weight_hh, bias_ih, bias_hh] : directions) {
    require(weight_ih, {4 * units, input.size(1)}, "weight_ih");
    require(weight_hh, {4 * units, units}, "weight_hh");
    require(bias_ih, {4 * units}, "bias_ih");
    require(bias_hh, {4 * units}, "bias_hh");
  }
  const std::vector<int64_t> shape = {std::ssize(directions), layout.sequences(), units};
  require(hidden, shape, "hidden");
  require(cell, shape, "cell");
}

// Products read an even number of columns.
Tensor even_columns(const Tensor& input) {
  return (input.size(1) % 2 == 0 ? input : at::constant_pad_nd(input, {0, 1})).contiguous();
}

const VectorKernels& kernels() {
  const auto* const found = lstm_kernels(KernelPath::automatic, at::kFloat);
  TORCH_CHECK(found != nullptr, "mnemo's LSTM kernels are for CPUs with AVX2 or AVX-512");
  return *found;
}

std::vector<PackedLstmWeights> packed(const std::vector<LstmWeights>& directions, LstmUse use) {
  std::vector<PackedLstmWeights> all;
  for (const auto& weights : directions) {
    all.push_back(pack_lstm_weights(weights, at::kFloat, use, kernels()));
  }
  return all;
}

// -> values (N, D H), hidden and cell (D, B, H), and for the gradient gates, cell_before and
// hidden_before, which are empty unless it `trains`.
std::tuple<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor> lstm(const Tensor& input,
                                                                const Tensor& batch_sizes,
                                                                at::TensorList parameters,
                                                                const Tensor& hidden,
                                                                const Tensor& cell, bool trains) {
  const auto layout = layout_of(batch_sizes);
  const auto directions = weights_of(parameters);
  require_fitting(input, layout, directions, hidden, cell);
  const LstmUse use = trains ? LstmUse::training : LstmUse::inference;
  const auto result = lstm_forward(even_columns(input), layout, packed(directions, use),
                                   directions.front().weight_hh.size(1), hidden.contiguous(),
                                   cell.contiguous(), use, kernels());
  const auto kept = [&](const Tensor& tensor) { return trains ? tensor : input.new_empty({0}); };
  return {result.values,
          result.hidden,
          result.cell,
          kept(result.trace.gates),
          kept(result.trace.cell_before),
          kept(result.trace.hidden_before)};
}

// Gradients that are not there are zeros. `initial`, a state, tells the compiler its shape. ->
// those of input, hidden, cell and parameters.
std::tuple<Tensor, Tensor, Tensor, std::vector<Tensor>> lstm_gradient(
    const std::optional<Tensor>& values, const std::optional<Tensor>& hidden,
    const std::optional<Tensor>& cell, const Tensor& input, const Tensor& batch_sizes,
    at::TensorList parameters, const Tensor& /*initial*/, const Tensor& gates,
    const Tensor& cell_before, const Tensor& hidden_before) {
  const auto layout = layout_of(batch_sizes);
  const auto directions = weights_of(parameters);
  const LstmTrace trace{.input = even_columns(input),
                        .gates = gates,
                        .cell_before = cell_before,
                        .hidden_before = hidden_before};
  const auto contiguous = [](const std::optional<Tensor>& given) {
    return given && given->defined() ? given->contiguous() : Tensor();
  };
  auto result = lstm_backward(trace, layout, packed(directions, LstmUse::training),
                              directions.front().weight_hh.size(1), input.size(1),
                              contiguous(values), contiguous(hidden), contiguous(cell), kernels());
  std::vector<Tensor> weights;
  for (const auto& one : result.weights) {
    weights.insert(weights.end(), {one.weight_ih, one.weight_hh, one.bias_ih, one.bias_hh});
  }
  return {result.input, result.initial_hidden, result.initial_cell, weights};
}

}  // namespace

bool has_lstm_kernels() { return lstm_kernels(KernelPath::automatic, at::kFloat) != nullptr; }

TORCH_LIBRARY(mnemo, library) {
  library.def(
      "lstm(Tensor input, Tensor batch_sizes, Tensor[] parameters, Tensor hidden, Tensor cell, "
      "bool trains) -> (Tensor, Tensor, Tensor, Tensor, Tensor, Tensor)");
  library.def(
      "lstm_backward(Tensor? values, Tensor? hidden, Tensor? cell, Tensor input, "
      "Tensor batch_sizes, Tensor[] parameters, Tensor initial, Tensor gates, Tensor cell_before, "
      "Tensor hidden_before) -> (Tensor, Tensor, Tensor, Tensor[])");
}

TORCH_LIBRARY_IMPL(mnemo, CPU, library) {
  library.impl("lstm", &lstm);
  library.impl("lstm_backward", &lstm_gradient);
}

}  // namespace mnemo::python
