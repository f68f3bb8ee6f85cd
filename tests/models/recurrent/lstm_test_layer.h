// A random LSTM layer with everything that its tests measure, and what it is measured against:
// LibTorch's packed operator, and the definition step by step in double.
#pragma once

#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "models/recurrent/lstm_layer.h"
#include "tests/models/test_support.h"

namespace mnemo {

enum class InitialState { zeros, random };

struct LayerShape {
  int64_t input_size, hidden_size, directions;
  std::vector<int64_t> lengths;
  InitialState initial = InitialState::random;
};

// One layer by its definition: a loop over steps that autograd differentiates. All in the type of
// the tensors given.
inline LstmLayerOutput lstm_by_definition(const at::Tensor& input, const SequenceLayout& layout,
                                          const std::vector<LstmWeights>& directions,
                                          const at::Tensor& initial_hidden,
                                          const at::Tensor& initial_cell) {
  const auto offsets = layout.step_offsets();
  const int64_t sequences = layout.sequences(), steps = layout.steps();
  std::vector<at::Tensor> values, hidden, cell;
  for (size_t d = 0; d < directions.size(); ++d) {
    const auto& w = directions[d];
    auto h = initial_hidden[static_cast<int64_t>(d)];  // (B, H)
    auto c = initial_cell[static_cast<int64_t>(d)];    // (B, H)
    std::vector<at::Tensor> outputs(static_cast<size_t>(steps));
    for (int64_t i = 0; i < steps; ++i) {
      const auto t = static_cast<size_t>(d == 0 ? i : steps - 1 - i);
      const int64_t rows = offsets[t + 1] - offsets[t];  // sequences that have step t
      const auto x = input.narrow(0, offsets[t], rows);
      const auto gates = (at::linear(x, w.weight_ih, w.bias_ih) +
                          at::linear(h.narrow(0, 0, rows), w.weight_hh, w.bias_hh))
                             .chunk(4, 1);
      const auto c_now =
          gates[1].sigmoid() * c.narrow(0, 0, rows) + gates[0].sigmoid() * gates[2].tanh();
      outputs[t] = gates[3].sigmoid() * c_now.tanh();
      // The others are over or, read backwards, have not begun.
      h = at::cat({outputs[t], h.narrow(0, rows, sequences - rows)});
      c = at::cat({c_now, c.narrow(0, rows, sequences - rows)});
    }
    values.push_back(at::cat(outputs));
    hidden.push_back(h);
    cell.push_back(c);
  }
  return {at::cat(values, 1), at::stack(hidden), at::stack(cell)};
}

// Leaves in fp32, and a weighted sum of all results that is differentiated.
struct TestLayer {
  explicit TestLayer(const LayerShape& shape)
      : layout(SequenceLayout::of(shape.lengths)), initial(shape.initial) {
    const auto random = [](at::IntArrayRef sizes, uint64_t seed, double scale) {
      return (at::randn(sizes, test_generator(seed)) * scale).requires_grad_();
    };
    // Gates before activation are about 1 in size.
    const auto scale = [](int64_t terms) { return 1.0 / std::sqrt(static_cast<double>(terms)); };
    const int64_t rows = 4 * shape.hidden_size;
    for (int64_t d = 0; d < shape.directions; ++d) {
      const auto seed = static_cast<uint64_t>(10 * d);
      weights.push_back({random({rows, shape.input_size}, seed + 1, scale(shape.input_size)),
                         random({rows, shape.hidden_size}, seed + 2, scale(shape.hidden_size)),
                         random({rows}, seed + 3, 0.3), random({rows}, seed + 4, 0.3)});
    }
    const std::vector<int64_t> state = {shape.directions, layout.sequences(), shape.hidden_size};
    input = random({layout.values(), shape.input_size}, 31, 1.0);
    const bool zeros = initial == InitialState::zeros;
    hidden = zeros ? at::zeros(state) : random(state, 32, 1.0);
    cell = zeros ? at::zeros(state) : random(state, 33, 1.0);
    values_weight =
        at::randn({layout.values(), shape.directions * shape.hidden_size}, test_generator(34));
    hidden_weight = at::randn(state, test_generator(35));
    cell_weight = at::randn(state, test_generator(36));
  }

  // Each direction gives weight_ih, weight_hh, bias_ih, bias_hh.
  std::vector<at::Tensor> parameters() const {
    std::vector<at::Tensor> all;
    for (const auto& w : weights) {
      all.insert(all.end(), {w.weight_ih, w.weight_hh, w.bias_ih, w.bias_hh});
    }
    return all;
  }

  // input, the parameters, and the initial state if there is one.
  std::vector<at::Tensor> leaves() const {
    auto all = parameters();
    all.insert(all.begin(), input);
    if (initial == InitialState::random) all.insert(all.end(), {hidden, cell});
    return all;
  }

  // values, hidden, cell, and the gradients of all leaves; in double.
  std::vector<at::Tensor> results(const LstmLayerOutput& output) const {
    const auto wide = [](const at::Tensor& tensor) { return tensor.to(at::kDouble); };
    const auto sum = (wide(output.values) * values_weight).sum() +
                     (wide(output.hidden) * hidden_weight).sum() +
                     (wide(output.cell) * cell_weight).sum();
    std::vector<at::Tensor> all = {wide(output.values), wide(output.hidden), wide(output.cell)};
    for (const auto& gradient : torch::autograd::grad({sum}, leaves())) {
      all.push_back(wide(gradient));
    }
    return all;
  }

  LstmLayerOutput own(at::ScalarType type, const VectorKernels& kernels) {
    const bool zeros = initial == InitialState::zeros;
    return lstm_layer(input, layout, weights, zeros ? at::Tensor() : hidden,
                      zeros ? at::Tensor() : cell, type, kernels, cache);
  }

  LstmLayerOutput stock() const {
    auto [values, last_hidden, last_cell] =
        at::lstm(input, layout.batch_sizes, {hidden, cell}, parameters(), /*has_biases=*/true,
                 /*num_layers=*/1, /*dropout=*/0.0, /*train=*/true, weights.size() == 2);
    return {values, last_hidden, last_cell};
  }

  LstmLayerOutput definition() const {
    const auto wide = [](const at::Tensor& tensor) { return tensor.to(at::kDouble); };
    std::vector<LstmWeights> directions;
    for (const auto& w : weights) {
      directions.push_back(
          {wide(w.weight_ih), wide(w.weight_hh), wide(w.bias_ih), wide(w.bias_hh)});
    }
    return lstm_by_definition(wide(input), layout, directions, wide(hidden), wide(cell));
  }

  SequenceLayout layout;
  InitialState initial;
  std::vector<LstmWeights> weights;
  at::Tensor input, hidden, cell;
  at::Tensor values_weight, hidden_weight, cell_weight;
  PackedLstmCache cache;
};

// The error of a whole tensor, by Euclidean norms: |found - expected| / |expected|. The numbers
// that are summed are about 1 in size; a result in which they nearly cancel is measured as if it
// were 0.3.
inline double relative_error(const at::Tensor& found, const at::Tensor& expected) {
  const double least = 0.3 * std::sqrt(static_cast<double>(expected.numel()));
  return (found - expected).norm().item<double>() / std::max(expected.norm().item<double>(), least);
}

}  // namespace mnemo
