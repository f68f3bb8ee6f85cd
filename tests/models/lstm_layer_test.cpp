// mnemo's own LSTM layer against LibTorch's packed operator, on each instruction set that this
// machine has.
#include "models/recurrent/lstm_layer.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "tests/common/test_helpers.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

struct LayerCase {
  std::string name;
  KernelPath path;
  at::ScalarType type;
  int64_t input_size, hidden_size, directions;
  std::vector<int64_t> lengths;
};

void PrintTo(const LayerCase& p, std::ostream* out) { *out << p.name; }

// A layer, its input and initial state, and weights for the sum that is differentiated.
struct Layer {
  explicit Layer(const LayerCase& p) : layout(SequenceLayout::of(p.lengths)) {
    const auto random = [](at::IntArrayRef shape, uint64_t seed, double scale) {
      return (at::randn(shape, test_generator(seed)) * scale).requires_grad_();
    };
    const double scale = 1.0 / std::sqrt(static_cast<double>(p.hidden_size));
    const int64_t rows = 4 * p.hidden_size;
    for (int64_t d = 0; d < p.directions; ++d) {
      const auto seed = static_cast<uint64_t>(10 * d);
      weights.push_back({random({rows, p.input_size}, seed + 1, scale),
                         random({rows, p.hidden_size}, seed + 2, scale),
                         random({rows}, seed + 3, scale), random({rows}, seed + 4, scale)});
    }
    const std::vector<int64_t> state = {p.directions, layout.sequences(), p.hidden_size};
    input = random({layout.values(), p.input_size}, 31, 1.0);
    hidden = random(state, 32, 1.0);
    cell = random(state, 33, 1.0);
    values_weight = at::randn({layout.values(), p.directions * p.hidden_size}, test_generator(34));
    hidden_weight = at::randn(state, test_generator(35));
    cell_weight = at::randn(state, test_generator(36));
  }

  std::vector<at::Tensor> leaves() const {
    std::vector<at::Tensor> all = {input, hidden, cell};
    for (const auto& w : weights) {
      all.insert(all.end(), {w.weight_ih, w.weight_hh, w.bias_ih, w.bias_hh});
    }
    return all;
  }

  // values, hidden, cell, and the gradients of all leaves.
  std::vector<at::Tensor> results(const LstmLayerOutput& output) const {
    const auto values = output.values.to(at::kFloat);
    const auto sum = (values * values_weight).sum() + (output.hidden * hidden_weight).sum() +
                     (output.cell * cell_weight).sum();
    std::vector<at::Tensor> all = {values, output.hidden, output.cell};
    for (const auto& gradient : torch::autograd::grad({sum}, leaves())) all.push_back(gradient);
    return all;
  }

  LstmLayerOutput stock() const {
    std::vector<at::Tensor> parameters = leaves();
    parameters.erase(parameters.begin(), parameters.begin() + 3);
    auto [values, last_hidden, last_cell] =
        at::lstm(input, layout.batch_sizes, {hidden, cell}, parameters, /*has_biases=*/true,
                 /*num_layers=*/1, /*dropout=*/0.0, /*train=*/true, weights.size() == 2);
    return {values, last_hidden, last_cell};
  }

  LstmLayerOutput own(at::ScalarType type, const VectorKernels& kernels) {
    return lstm_layer(input, layout, weights, hidden, cell, type, kernels, cache);
  }

  SequenceLayout layout;
  std::vector<LstmWeights> weights;
  at::Tensor input, hidden, cell;
  at::Tensor values_weight, hidden_weight, cell_weight;
  PackedLstmCache cache;
};

// Of norms; a result whose terms nearly cancel is measured against their size, about 1.
double relative_difference(const at::Tensor& found, const at::Tensor& expected) {
  const double size = 0.3 * std::sqrt(static_cast<double>(expected.numel()));
  return (found - expected).norm().item<double>() / std::max(expected.norm().item<double>(), size);
}

class LstmLayerParity : public testing::TestWithParam<LayerCase> {};

TEST_P(LstmLayerParity, ValuesStatesAndEveryGradientEqualLibTorchs) {
  const auto& p = GetParam();
  if (!runs_here(p.path, p.type)) GTEST_SKIP() << "this machine cannot run these kernels";
  const auto* kernels = lstm_kernels(p.path, p.type);
  Layer layer(p);
  // bf16 has 8 bits of mantissa: each rounding is off by up to 2^-9 = 0.002, and a few add up.
  const double bound = p.type == at::kFloat ? 1e-5 : 2e-2;
  const auto expected = layer.results(layer.stock());
  const auto found = layer.results(layer.own(p.type, *kernels));
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].sizes(), expected[i].sizes());
    EXPECT_LT(relative_difference(found[i], expected[i]), bound) << "result " << i;
  }
  const at::NoGradGuard no_grad;
  const auto inference = layer.own(p.type, *kernels);
  EXPECT_TRUE(at::equal(inference.values.to(at::kFloat), found[0])) << "inference differs";
  EXPECT_TRUE(at::equal(inference.hidden, found[1]));
  EXPECT_TRUE(at::equal(inference.cell, found[2]));
}

std::vector<LayerCase> layer_cases() {
  const std::vector<std::pair<std::string, std::vector<int64_t>>> batches = {
      {"unequal", {7, 1, 4, 7, 2, 1, 12, 3, 3}},
      {"equal", std::vector<int64_t>(40, 5)},
      {"one_text", {300}},  // longer than a chunk of the weights' gradients
      {"one_step", {1}}};
  const std::vector<std::pair<std::string, KernelPath>> paths = {{"avx2", KernelPath::avx2},
                                                                 {"avx512", KernelPath::avx512}};
  std::vector<LayerCase> all;
  for (const auto& [path_name, path] : paths) {
    for (const auto type : {at::kFloat, at::kBFloat16}) {
      for (const int64_t hidden_size : {5, 16, 33, 100}) {  // with and without tails of blocks
        for (const int64_t input_size : {1, 24}) {
          for (const int64_t directions : {1, 2}) {
            for (const auto& [batch_name, lengths] : batches) {
              all.push_back({path_name + (type == at::kFloat ? "_fp32" : "_bf16") + "_h" +
                                 std::to_string(hidden_size) + "_f" + std::to_string(input_size) +
                                 "_d" + std::to_string(directions) + "_" + batch_name,
                             path, type, input_size, hidden_size, directions, lengths});
            }
          }
        }
      }
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Grid, LstmLayerParity, testing::ValuesIn(layer_cases()),
                         [](const auto& test) { return test.param.name; });

LayerCase any_case(at::ScalarType type = at::kFloat) {
  return {"any", KernelPath::automatic, type, 6, 20, 2, {5, 9, 2, 9, 4, 7, 8, 1}};
}

class LstmLayer : public testing::Test {
 protected:
  void SetUp() override {
    kernels_ = lstm_kernels(KernelPath::automatic, at::kFloat);
    if (kernels_ == nullptr) GTEST_SKIP() << "this machine has no LSTM kernels of mnemo's own";
  }
  const VectorKernels* kernels_ = nullptr;
};

// The definition, step by step in double: what both LibTorch and the kernels compute.
TEST_F(LstmLayer, IsTheTextbooksRecurrence) {
  auto p = any_case();
  p.directions = 1;
  p.lengths = {6, 6, 6};
  Layer layer(p);
  const at::NoGradGuard no_grad;
  const auto wide = [](const at::Tensor& tensor) { return tensor.to(at::kDouble); };
  const auto& w = layer.weights.front();
  auto h = wide(layer.hidden[0]), c = wide(layer.cell[0]);  // (B, H)
  std::vector<at::Tensor> steps;
  for (int64_t t = 0; t < 6; ++t) {
    const auto x = wide(layer.input).narrow(0, 3 * t, 3);
    const auto gates = (at::linear(x, wide(w.weight_ih), wide(w.bias_ih)) +
                        at::linear(h, wide(w.weight_hh), wide(w.bias_hh)))
                           .chunk(4, 1);
    c = gates[1].sigmoid() * c + gates[0].sigmoid() * gates[2].tanh();
    h = gates[3].sigmoid() * c.tanh();
    steps.push_back(h);
  }
  const auto found = layer.own(at::kFloat, *kernels_);
  EXPECT_LT(relative_difference(wide(found.values), at::cat(steps)), 1e-6);
  EXPECT_LT(relative_difference(wide(found.cell[0]), c), 1e-6);
}

TEST_F(LstmLayer, SaturatedGatesStayFinite) {
  Layer layer(any_case());
  const at::NoGradGuard no_grad;
  layer.input.mul_(1e4);
  const auto found = layer.own(at::kFloat, *kernels_), expected = layer.stock();
  EXPECT_LT(relative_difference(found.values, expected.values), 1e-5);
}

TEST_F(LstmLayer, ANanIsNotHidden) {
  Layer layer(any_case());
  const at::NoGradGuard no_grad;
  layer.input[0][0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(layer.own(at::kFloat, *kernels_).values.isnan().any().item<bool>());
}

TEST_F(LstmLayer, TheSameThreadsGiveTheSameBits) {
  const int before = at::get_num_threads();
  for (const int threads : {1, 2, 3}) {
    at::set_num_threads(threads);
    Layer layer(any_case());
    const auto first = layer.results(layer.own(at::kFloat, *kernels_));
    const auto again = layer.results(layer.own(at::kFloat, *kernels_));
    for (size_t i = 0; i < first.size(); ++i) EXPECT_TRUE(at::equal(first[i], again[i])) << i;
  }
  at::set_num_threads(before);
}

TEST_F(LstmLayer, FreesWhatAStepKept) {
  Layer layer(any_case());
  const auto before = layer.input.use_count();
  { layer.results(layer.own(at::kFloat, *kernels_)); }
  EXPECT_EQ(layer.input.use_count(), before);
}

TEST_F(LstmLayer, InferenceSeesChangedWeights) {
  Layer layer(any_case());
  const at::NoGradGuard no_grad;
  const auto before = layer.own(at::kFloat, *kernels_).values;
  layer.weights[0].weight_hh.mul_(2.0);
  EXPECT_FALSE(at::equal(layer.own(at::kFloat, *kernels_).values, before));
  EXPECT_LT(relative_difference(layer.own(at::kFloat, *kernels_).values, layer.stock().values),
            1e-5);
}

TEST_F(LstmLayer, InferenceSeesWhatAnOptimizerChangedUnnoticed) {
  Layer layer(any_case());
  const auto infer = [&] {
    const at::NoGradGuard no_grad;
    return layer.own(at::kFloat, *kernels_).values;
  };
  const auto before = infer();
  layer.own(at::kFloat, *kernels_);  // a training step's forward
  auto* const weight = layer.weights[0].weight_hh.data_ptr<float>();
  for (int64_t i = 0; i < 100; ++i) weight[i] += 1.0F;
  EXPECT_FALSE(at::equal(infer(), before));
}

TEST_F(LstmLayer, EqualsLibTorchHoweverTheSequencesAreCutIntoTasks) {
  const int before = at::get_num_threads();
  auto p = any_case();
  for (int64_t i = 0; i < 92; ++i) p.lengths.push_back(1 + i % 11);  // 100: more than a task takes
  Layer layer(p);
  const auto expected = layer.results(layer.stock());
  for (const int threads : {1, 4, 7, 16}) {
    at::set_num_threads(threads);
    const auto found = layer.results(layer.own(at::kFloat, *kernels_));
    for (size_t i = 0; i < found.size(); ++i) {
      EXPECT_LT(relative_difference(found[i], expected[i]), 1e-5) << threads << " threads, " << i;
    }
  }
  at::set_num_threads(before);
}

TEST_F(LstmLayer, RefusesWhatDoesNotFit) {
  Layer layer(any_case());
  const auto run = [&](const at::Tensor& input, const at::Tensor& hidden) {
    lstm_layer(input, layer.layout, layer.weights, hidden, layer.cell, at::kFloat, *kernels_,
               layer.cache);
  };
  EXPECT_THROW(run(layer.input.narrow(0, 0, 3), layer.hidden), c10::Error);
  EXPECT_THROW(run(layer.input.narrow(1, 0, 3), layer.hidden), c10::Error);
  EXPECT_THROW(run(layer.input, layer.hidden.narrow(1, 0, 1)), c10::Error);
}

TEST_F(LstmLayer, WorksWithoutAnInitialStateAndWithGradientsOfSomeResultsOnly) {
  Layer layer(any_case());
  PackedLstmCache cache;
  const auto found =
      lstm_layer(layer.input, layer.layout, layer.weights, {}, {}, at::kFloat, *kernels_, cache);
  const auto gradient = torch::autograd::grad({found.cell.sum()}, {layer.input})[0];
  const at::NoGradGuard no_grad;
  layer.hidden.zero_();
  layer.cell.zero_();
  const at::AutoGradMode again(true);
  const auto expected = layer.stock();
  EXPECT_LT(relative_difference(found.values, expected.values), 1e-5);
  EXPECT_LT(
      relative_difference(gradient, torch::autograd::grad({expected.cell.sum()}, {layer.input})[0]),
      1e-5);
}

}  // namespace
}  // namespace mnemo
