#include "models/pooling.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "tests/models/test_support.h"

namespace mnemo {
namespace {

// One sequence pooled on its own, by definition.
at::Tensor pooled_alone(Pooling kind, const at::Tensor& steps, const at::Tensor& final_hidden) {
  switch (kind) {
    case Pooling::mean:
      return steps.mean(0);
    case Pooling::max:
      return steps.amax(0);
    default:
      return final_hidden;
  }
}

class PlainPooling : public testing::TestWithParam<Pooling> {};

TEST_P(PlainPooling, LooksAtEachSequencesOwnStepsAlone) {
  const auto layout = SequenceLayout::of(std::vector<int64_t>{2, 5, 1});
  // All negative: a padded zero would win the maximum.
  const auto packed = random_packed(layout, 4).abs().neg();
  const auto final_hidden = packed.index_select(0, layout.last_rows());
  SequencePooling pooling(PoolingOptions{.kinds = {GetParam()}}, 4);
  const auto found = pooling->forward(packed, final_hidden, layout);
  const auto padded = pad_steps(packed, layout);  // (T, B, D)
  for (int64_t b = 0; b < layout.sequences(); ++b) {
    const auto steps = padded.select(1, b).narrow(0, 0, layout.lengths[static_cast<size_t>(b)]);
    EXPECT_TRUE(at::allclose(found.values[b], pooled_alone(GetParam(), steps, final_hidden[b])));
  }
  EXPECT_FALSE(found.attention.defined());
}

INSTANTIATE_TEST_SUITE_P(Kinds, PlainPooling,
                         testing::Values(Pooling::last, Pooling::mean, Pooling::max));

TEST(SequencePooling, JoinsKindsInTheOrderGiven) {
  const auto layout = SequenceLayout::of(std::vector<int64_t>{3, 2});
  const auto packed = random_packed(layout, 4);
  const auto final_hidden = packed.index_select(0, layout.last_rows());
  SequencePooling both(PoolingOptions{.kinds = {Pooling::max, Pooling::last}}, 4);
  SequencePooling max(PoolingOptions{.kinds = {Pooling::max}}, 4);
  const auto found = both->forward(packed, final_hidden, layout).values;
  EXPECT_TRUE(at::equal(found.narrow(1, 0, 4), max->forward(packed, final_hidden, layout).values));
  EXPECT_TRUE(at::equal(found.narrow(1, 4, 4), final_hidden));
}

// The same pooling by kernels over the packed values, and by LibTorch's operators over padded ones.
class PoolingPaths : public testing::TestWithParam<std::tuple<KernelPath, at::ScalarType>> {};

struct Pooled {
  at::Tensor values, attention, values_grad, hidden_grad;
  std::vector<at::Tensor> parameter_grads;
};

Pooled pool(SequencePooling& pooling, const at::Tensor& packed, const at::Tensor& hidden,
            const SequenceLayout& layout, const ForwardContext& context) {
  const auto output = pooling->forward(packed, hidden, layout, context);
  const auto weight = at::randn(output.values.sizes(), test_generator(8));
  std::vector<at::Tensor> leaves = {packed, hidden};
  for (const auto& parameter : pooling->parameters()) leaves.push_back(parameter);
  auto gradients = torch::autograd::grad({(output.values * weight).sum()}, leaves);
  return {.values = output.values,
          .attention = output.attention,
          .values_grad = gradients[0].to(at::kFloat),
          .hidden_grad = gradients[1],
          .parameter_grads = {gradients.begin() + 2, gradients.end()}};
}

TEST_P(PoolingPaths, AgreeInValuesAndGradients) {
  const auto [path, type] = GetParam();
  if (!has_kernels(path)) GTEST_SKIP() << "this machine cannot run these kernels";
  const auto layout = SequenceLayout::of(std::vector<int64_t>{2, 50, 1, 17});
  for (const int64_t size : {20, 64}) {  // with and without a tail
    SequencePooling pooling(
        PoolingOptions{.kinds = {Pooling::attention, Pooling::last, Pooling::mean, Pooling::max},
                       .heads = 4},
        size);
    randomize(*pooling);
    auto packed = random_packed(layout, size);
    // One path takes the first of equal maxima, which are frequent in bf16, and the other takes
    // all.
    if (type == at::kBFloat16) packed.narrow(0, 0, layout.sequences()).add_(5.0);
    packed = packed.to(type).requires_grad_();
    const auto hidden = at::randn({layout.sequences(), size}, test_generator(4)).requires_grad_();
    const auto expected = pool(pooling, packed, hidden, layout,
                               {.compute_type = type, .kernel_path = KernelPath::stock});
    const auto found =
        pool(pooling, packed, hidden, layout, {.compute_type = type, .kernel_path = path});
    EXPECT_TRUE(at::allclose(found.values, expected.values, 1e-4, 1e-4));
    EXPECT_TRUE(at::allclose(found.attention, expected.attention, 1e-4, 1e-5));
    // In bf16 the gradient of the values is rounded once here, and of each kind there.
    const double bound = type == at::kFloat ? 1e-4 : 4e-2;
    EXPECT_TRUE(at::allclose(found.values_grad, expected.values_grad, bound, bound));
    EXPECT_TRUE(at::allclose(found.hidden_grad, expected.hidden_grad, 1e-3, 1e-3));
    for (size_t i = 0; i < found.parameter_grads.size(); ++i) {
      EXPECT_TRUE(at::allclose(found.parameter_grads[i], expected.parameter_grads[i], 1e-3, 1e-3))
          << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Paths, PoolingPaths,
                         testing::Combine(testing::Values(KernelPath::avx2, KernelPath::avx512),
                                          testing::Values(at::kFloat, at::kBFloat16)));

TEST(SequencePooling, TakesTheKernelsWhereTheMachineHasThem) {
  const auto layout = SequenceLayout::of(std::vector<int64_t>{5, 3});
  const auto packed = random_packed(layout, 4).requires_grad_();
  SequencePooling pooling(PoolingOptions{.kinds = {Pooling::max}}, 4);
  const auto by_kernels = [&](KernelPath path) {
    const auto output = pooling->forward(packed, at::zeros({2, 4}), layout, {.kernel_path = path});
    const auto joined = output.values.grad_fn();  // of the kinds' results
    return joined->next_edge(0).function->name().find("PoolFunction") != std::string::npos;
  };
  EXPECT_EQ(by_kernels(KernelPath::automatic), vector_kernels(KernelPath::automatic) != nullptr);
  EXPECT_FALSE(by_kernels(KernelPath::stock));
}

TEST(SequencePooling, TheMaximumHidesNoNan) {
  const auto layout = SequenceLayout::of(std::vector<int64_t>{5, 5});
  auto packed = at::randn({10, 20}, test_generator());
  packed[4][3] = std::numeric_limits<float>::quiet_NaN();  // step 2 of the first sequence
  SequencePooling pooling(PoolingOptions{.kinds = {Pooling::max}}, 20);
  const auto found = pooling->forward(packed, at::zeros({2, 20}), layout).values;
  EXPECT_TRUE(found[0][3].isnan().item<bool>());
  EXPECT_EQ(found.isnan().sum().item<int64_t>(), 1);
}

TEST(SequencePooling, FreesWhatAStepKept) {
  const auto layout = SequenceLayout::of(std::vector<int64_t>{5, 3});
  const auto packed = random_packed(layout, 8).requires_grad_();
  const auto kept_by = [&] { return packed.use_count(); };
  const auto before = kept_by();
  SequencePooling pooling(PoolingOptions{}, 8);
  randomize(*pooling);
  {
    const auto hidden = at::zeros({2, 8});
    pooling->forward(packed, hidden, layout).values.sum().backward();
  }
  EXPECT_EQ(kept_by(), before) << "a function that refers to its own results is never freed";
}

}  // namespace
}  // namespace mnemo
