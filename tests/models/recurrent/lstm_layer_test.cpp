// How mnemo's own LSTM layer behaves; lstm_parity_test.cpp has what it computes.
#include "models/recurrent/lstm_layer.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "tests/models/recurrent/lstm_test_layer.h"

namespace mnemo {
namespace {

LayerShape any_shape() { return {6, 20, 2, {5, 9, 2, 9, 4, 7, 8, 1}}; }

class LstmLayer : public testing::Test {
 protected:
  void SetUp() override {
    kernels_ = lstm_kernels(KernelPath::automatic, at::kFloat);
    if (kernels_ == nullptr) GTEST_SKIP() << "this machine has no LSTM kernels of mnemo's own";
  }
  const VectorKernels* kernels_ = nullptr;
};

TEST_F(LstmLayer, SaturatedGatesStayFinite) {
  TestLayer layer(any_shape());
  const at::NoGradGuard no_grad;
  layer.input.mul_(1e4);
  const auto found = layer.own(at::kFloat, *kernels_), expected = layer.stock();
  EXPECT_LT(relative_error(found.values, expected.values), 1e-5);
}

TEST_F(LstmLayer, ANanIsNotHidden) {
  TestLayer layer(any_shape());
  const at::NoGradGuard no_grad;
  layer.input[0][0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(layer.own(at::kFloat, *kernels_).values.isnan().any().item<bool>());
}

TEST_F(LstmLayer, TheSameThreadsGiveTheSameBits) {
  const int before = at::get_num_threads();
  auto shape = any_shape();
  for (int64_t i = 0; i < 32; ++i) shape.lengths.push_back(1 + i % 11);  // some for each thread
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    const auto* kernels = lstm_kernels(KernelPath::automatic, type);
    if (kernels == nullptr) continue;
    for (const int threads : {1, 2, 3}) {
      at::set_num_threads(threads);
      TestLayer layer(shape);
      const auto first = layer.results(layer.own(type, *kernels));
      const auto again = layer.results(layer.own(type, *kernels));
      for (size_t i = 0; i < first.size(); ++i) {
        EXPECT_TRUE(at::equal(first[i], again[i])) << type << ", " << threads << ", result " << i;
      }
    }
  }
  at::set_num_threads(before);
}

TEST_F(LstmLayer, FreesWhatAStepKept) {
  TestLayer layer(any_shape());
  const auto before = layer.input.use_count();
  { layer.results(layer.own(at::kFloat, *kernels_)); }
  EXPECT_EQ(layer.input.use_count(), before);
}

TEST_F(LstmLayer, InferenceSeesChangedWeights) {
  TestLayer layer(any_shape());
  const at::NoGradGuard no_grad;
  const auto before = layer.own(at::kFloat, *kernels_).values;
  layer.weights[0].weight_hh.mul_(2.0);
  EXPECT_FALSE(at::equal(layer.own(at::kFloat, *kernels_).values, before));
  EXPECT_LT(relative_error(layer.own(at::kFloat, *kernels_).values, layer.stock().values), 1e-5);
}

TEST_F(LstmLayer, InferenceSeesWhatAnOptimizerChangedUnnoticed) {
  TestLayer layer(any_shape());
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
  auto shape = any_shape();
  for (int64_t i = 0; i < 92; ++i)
    shape.lengths.push_back(1 + i % 11);  // 100: more than a task takes
  TestLayer layer(shape);
  const auto expected = layer.results(layer.stock());
  for (const int threads : {1, 4, 7, 16}) {
    at::set_num_threads(threads);
    const auto found = layer.results(layer.own(at::kFloat, *kernels_));
    for (size_t i = 0; i < found.size(); ++i) {
      EXPECT_LT(relative_error(found[i], expected[i]), 1e-5) << threads << " threads, " << i;
    }
  }
  at::set_num_threads(before);
}

TEST_F(LstmLayer, RefusesWhatDoesNotFit) {
  TestLayer layer(any_shape());
  const auto run = [&](const at::Tensor& input, const at::Tensor& hidden) {
    lstm_layer(input, layer.layout, layer.weights, hidden, layer.cell, at::kFloat, *kernels_,
               layer.cache);
  };
  EXPECT_THROW(run(layer.input.narrow(0, 0, 3), layer.hidden), c10::Error);
  EXPECT_THROW(run(layer.input.narrow(1, 0, 3), layer.hidden), c10::Error);
  EXPECT_THROW(run(layer.input, layer.hidden.narrow(1, 0, 1)), c10::Error);
}

TEST_F(LstmLayer, WorksWithoutAnInitialStateAndWithGradientsOfSomeResultsOnly) {
  TestLayer layer(any_shape());
  PackedLstmCache cache;
  const auto found =
      lstm_layer(layer.input, layer.layout, layer.weights, {}, {}, at::kFloat, *kernels_, cache);
  const auto gradient = torch::autograd::grad({found.cell.sum()}, {layer.input})[0];
  const at::NoGradGuard no_grad;
  layer.hidden.zero_();
  layer.cell.zero_();
  const at::AutoGradMode again(true);
  const auto expected = layer.stock();
  EXPECT_LT(relative_error(found.values, expected.values), 1e-5);
  EXPECT_LT(
      relative_error(gradient, torch::autograd::grad({expected.cell.sum()}, {layer.input})[0]),
      1e-5);
}

}  // namespace
}  // namespace mnemo
