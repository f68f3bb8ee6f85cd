// mnemo's own LSTM layer against its definition in double and against LibTorch's operator in fp32:
// values, final states and every gradient, on each instruction set that this machine has.
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "tests/models/recurrent/lstm_test_layer.h"

namespace mnemo {
namespace {

// fp32: as near as LibTorch's own sums in fp32 come.
//
// bf16 has 8 bits of mantissa, so a rounding is off by up to 2^-9 = 0.002 of a number. The numbers
// that a result depends on are rounded a few times, once each: input, weights, hidden states, saved
// gates and their gradients. Sums and cell states are fp32 and do not add to it.
double bound(at::ScalarType type) { return type == at::kFloat ? 1e-5 : 2e-2; }

void expect_near(const std::vector<at::Tensor>& found, const std::vector<at::Tensor>& expected,
                 double limit, const char* reference) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    ASSERT_EQ(found[i].sizes(), expected[i].sizes()) << "result " << i;
    EXPECT_LT(relative_error(found[i], expected[i]), limit)
        << "result " << i << " against " << reference;
  }
}

std::vector<std::vector<int64_t>> batches() {
  std::vector<std::vector<int64_t>> all = {{1}, {9}};
  for (const int64_t sequences : {3, 33, 65}) {
    all.emplace_back(sequences, 4);  // equal
    std::vector<int64_t> unequal, with_ones;
    for (int64_t i = 0; i < sequences; ++i) {
      unequal.push_back(i % 4 == 0 ? 6 : 3);
      with_ones.push_back(i % 2 == 0 ? 1 : 4);
    }
    all.push_back(unequal);
    all.push_back(with_ones);
  }
  return all;
}

// All input sizes and batches with one hidden size; directions and initial states take turns.
std::vector<LayerShape> shapes(int64_t hidden_size) {
  std::vector<LayerShape> all;
  for (const int64_t input_size : {1, 7, 64}) {
    for (const auto& lengths : batches()) {
      const auto turn = static_cast<int64_t>(all.size());
      all.push_back({input_size, hidden_size, 1 + turn % 2, lengths,
                     turn / 2 % 2 == 0 ? InitialState::random : InitialState::zeros});
    }
  }
  // Longer than a chunk of the weights' gradients.
  all.push_back({7, hidden_size, 2, {300}, InitialState::random});
  return all;
}

class LstmLayerParity
    : public testing::TestWithParam<std::tuple<KernelPath, at::ScalarType, int64_t>> {
 protected:
  // Each thread would have code generated for each shape.
  void SetUp() override { at::set_num_threads(1); }
  void TearDown() override { at::set_num_threads(threads_); }

 private:
  const int threads_ = at::get_num_threads();
};

TEST_P(LstmLayerParity, ValuesStatesAndEveryGradientAreThoseOfTheDefinition) {
  const auto [path, type, hidden_size] = GetParam();
  if (!runs_here(path, type)) GTEST_SKIP() << "this machine cannot run these kernels";
  const auto* kernels = lstm_kernels(path, type);
  for (const auto& shape : shapes(hidden_size)) {
    SCOPED_TRACE(testing::Message()
                 << "input " << shape.input_size << ", directions " << shape.directions
                 << ", lengths " << testing::PrintToString(shape.lengths)
                 << (shape.initial == InitialState::zeros ? "" : ", initial state"));
    TestLayer layer(shape);
    const auto found = layer.results(layer.own(type, *kernels));
    expect_near(found, layer.results(layer.definition()), bound(type), "the definition");
    if (type == at::kFloat) {
      expect_near(found, layer.results(layer.stock()), bound(type), "at::lstm");
    }
    const at::NoGradGuard no_grad;
    const auto inference = layer.own(type, *kernels);
    EXPECT_TRUE(at::equal(inference.values.to(at::kDouble), found[0])) << "inference differs";
    EXPECT_TRUE(at::equal(inference.hidden.to(at::kDouble), found[1]));
    EXPECT_TRUE(at::equal(inference.cell.to(at::kDouble), found[2]));
  }
}

std::string name_of(
    const testing::TestParamInfo<std::tuple<KernelPath, at::ScalarType, int64_t>>& test) {
  const auto [path, type, hidden_size] = test.param;
  return std::string(path == KernelPath::avx2 ? "avx2" : "avx512") +
         (type == at::kFloat ? "_fp32" : "_bf16") + "_hidden_" + std::to_string(hidden_size);
}

INSTANTIATE_TEST_SUITE_P(Grid, LstmLayerParity,
                         testing::Combine(testing::Values(KernelPath::avx2, KernelPath::avx512),
                                          testing::Values(at::kFloat, at::kBFloat16),
                                          testing::Values(1, 5, 16, 33, 64, 130)),
                         name_of);

}  // namespace
}  // namespace mnemo
