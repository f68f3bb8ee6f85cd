#include "models/dropout.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <string>

#include "tests/models/test_support.h"

namespace mnemo {
namespace {

class DropoutPaths : public testing::TestWithParam<std::tuple<KernelPath, at::ScalarType>> {
 protected:
  void SetUp() override {
    const auto path = std::get<0>(GetParam());
    if (path != KernelPath::stock && !has_kernels(path)) {
      GTEST_SKIP() << "this machine cannot run these kernels";
    }
  }
  at::Tensor ones() const { return at::ones({1000, 101}).to(std::get<1>(GetParam())); }
  at::Tensor dropped(const at::Tensor& input, double p, uint64_t seed) const {
    return dropout(input, p, /*training=*/true,
                   {.generator = test_generator(seed), .kernel_path = std::get<0>(GetParam())});
  }
};

TEST_P(DropoutPaths, ZeroesTheShareAskedForAndScalesTheRest) {
  for (const double p : {0.1, 0.5, 0.9}) {
    const auto output = dropped(ones(), p, 1).to(at::kFloat);
    const auto kept = output.ne(0);
    const double numbers = static_cast<double>(output.numel());
    const double share = kept.sum().item<double>() / numbers;
    EXPECT_NEAR(share, 1.0 - p, 5.0 * std::sqrt(p * (1.0 - p) / numbers));
    EXPECT_TRUE(at::allclose(output.masked_select(kept), at::full({}, 1.0 / (1.0 - p)), 5e-3));
    // Neighbours along either side decide for themselves.
    for (const int64_t dim : {0, 1}) {
      const auto length = kept.size(dim) - 1;
      const auto both = kept.narrow(dim, 0, length).logical_and(kept.narrow(dim, 1, length));
      EXPECT_NEAR(both.to(at::kFloat).mean().item<double>(), (1.0 - p) * (1.0 - p), 0.01);
    }
  }
}

TEST_P(DropoutPaths, TheSeedDecidesAloneAndSeedsAreUnrelated) {
  const auto first = dropped(ones(), 0.5, 1), again = dropped(ones(), 0.5, 1),
             other = dropped(ones(), 0.5, 2);
  EXPECT_TRUE(at::equal(first, again));
  EXPECT_NEAR(first.eq(other).to(at::kFloat).mean().item<double>(), 0.5, 0.01);
}

TEST_P(DropoutPaths, TheGradientHasTheSameMask) {
  auto input = ones().requires_grad_();
  const auto output = dropped(input, 0.5, 3);
  const auto gradient = torch::autograd::grad({output.sum()}, {input})[0];
  EXPECT_TRUE(at::equal(gradient, output.detach()));
  const bool by_kernel = output.grad_fn()->name().find("MaskFunction") != std::string::npos;
  EXPECT_EQ(by_kernel, std::get<0>(GetParam()) != KernelPath::stock);
}

INSTANTIATE_TEST_SUITE_P(Paths, DropoutPaths,
                         testing::Combine(testing::Values(KernelPath::stock, KernelPath::avx2,
                                                          KernelPath::avx512),
                                          testing::Values(at::kFloat, at::kBFloat16)));

TEST_P(DropoutPaths, OneMaskForAllStepsOfASequence) {
  const std::vector<int64_t> lengths = {3, 60, 60, 1};
  const auto layout = SequenceLayout::of(lengths);
  auto input = at::ones({layout.values(), 101}).to(std::get<1>(GetParam())).requires_grad_();
  const ForwardContext context{.generator = test_generator(4),
                               .kernel_path = std::get<0>(GetParam())};
  const auto output =
      step_dropout(input, layout, {.p = 0.5, .variational = true}, /*training=*/true, context);
  const auto gradient = torch::autograd::grad({output.sum()}, {input})[0];
  EXPECT_TRUE(at::equal(gradient, output.detach()));

  const auto steps = pad_steps(output.detach().to(at::kFloat), layout);  // (T, B, F)
  for (int64_t sequence = 0; sequence < layout.sequences(); ++sequence) {
    const auto own =
        steps.select(1, sequence).narrow(0, 0, layout.lengths[static_cast<size_t>(sequence)]);
    EXPECT_TRUE(at::equal(own, own.narrow(0, 0, 1).expand_as(own))) << sequence;
  }
  const auto masks = steps[0].gt(0.0);  // (B, F)
  EXPECT_NEAR(masks.to(at::kFloat).mean().item<double>(), 0.5, 0.12);
  EXPECT_GT(masks[0].ne(masks[1]).sum().item<int64_t>(), 20) << "each sequence has its own";
}

TEST_P(DropoutPaths, WithoutTheSharedMaskEachStepHasItsOwn) {
  const std::vector<int64_t> lengths = {50};
  const auto layout = SequenceLayout::of(lengths);
  const ForwardContext context{.generator = test_generator(4),
                               .kernel_path = std::get<0>(GetParam())};
  const auto output = step_dropout(at::ones({50, 101}).to(std::get<1>(GetParam())), layout,
                                   {.p = 0.5}, /*training=*/true, context);
  EXPECT_GT(output[0].ne(output[1]).sum().item<int64_t>(), 20);
}

TEST(Dropout, AShareTooSmallToCountDropsNothing) {
  const auto input = at::ones({1000});
  EXPECT_TRUE(at::equal(dropout(input, 1e-17, true, {.generator = test_generator()}), input));
}

TEST(RowDropout, DropsWholeRows) {
  const auto output = row_dropout(at::ones({200, 7}), 0.5, true, {.generator = test_generator()});
  const auto sums = output.sum(1);
  EXPECT_TRUE(sums.eq(0).logical_or(sums.eq(14)).all().item<bool>());
  EXPECT_NEAR(sums.eq(0).sum().item<double>(), 100.0, 30.0);
}

}  // namespace
}  // namespace mnemo
