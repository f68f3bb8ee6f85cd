#include "models/sampled_softmax.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>

#include "models/torch_api.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

constexpr int64_t kRows = 2500, kSize = 12, kVocabulary = 40;  // rows of several blocks and tasks

struct Inputs {
  at::Tensor hidden = at::randn({kRows, kSize}, test_generator(1)).requires_grad_();
  at::Tensor weight = at::randn({kVocabulary, kSize}, test_generator(2)).requires_grad_();
  at::Tensor bias = at::randn({kVocabulary}, test_generator(3)).requires_grad_();
  at::Tensor targets = at::randint(1, kVocabulary, {kRows}, test_generator(4), at::kLong);

  std::vector<at::Tensor> gradients(const at::Tensor& loss) const {
    return torch::autograd::grad({loss * 0.5}, {hidden, weight, bias});
  }
};

void expect_equal(const std::vector<at::Tensor>& found, const std::vector<at::Tensor>& expected) {
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_TRUE(at::allclose(found[i], expected[i], 1e-4, 1e-4)) << i;
  }
}

TEST(SampledSoftmax, OfTheWholeVocabularyIsCrossEntropyWithoutPadding) {
  const Inputs inputs;
  const auto loss = sampled_softmax_loss_sum(inputs.hidden, inputs.weight, inputs.bias,
                                             inputs.targets, SoftmaxSample::whole(kVocabulary));
  const auto logits = at::linear(inputs.hidden, inputs.weight, inputs.bias).slice(1, 1);
  const auto expected =
      at::cross_entropy_loss(logits, inputs.targets - 1, /*weight=*/{}, at::Reduction::Sum);
  EXPECT_NEAR(loss.item<double>(), expected.item<double>(), 1e-5 * expected.item<double>());
  expect_equal(inputs.gradients(loss), inputs.gradients(expected));
}

// The definition, written down: the target's own logit beside those of the sample without it.
TEST(SampledSoftmax, ComparesTheTargetWithTheCorrectedSample) {
  const Inputs inputs;
  const SoftmaxSample sample{.ids = at::tensor(std::vector<int64_t>{2, 3, 11, 30, 39}),
                             .log_expected = at::rand({kVocabulary}, test_generator(5)).log()};
  const auto loss =
      sampled_softmax_loss_sum(inputs.hidden, inputs.weight, inputs.bias, inputs.targets, sample);
  const auto all = at::linear(inputs.hidden, inputs.weight, inputs.bias) - sample.log_expected;
  const auto own = all.gather(1, inputs.targets.unsqueeze(1));
  const auto is_target = sample.ids.unsqueeze(0).eq(inputs.targets.unsqueeze(1));
  const auto others = all.index_select(1, sample.ids).masked_fill(is_target, -INFINITY);
  const auto expected = -at::cat({own, others}, 1).log_softmax(1).select(1, 0).sum();
  EXPECT_NEAR(loss.item<double>(), expected.item<double>(), 1e-5 * expected.item<double>());
  expect_equal(inputs.gradients(loss), inputs.gradients(expected));
  const at::NoGradGuard no_grad;
  EXPECT_EQ(
      sampled_softmax_loss_sum(inputs.hidden, inputs.weight, inputs.bias, inputs.targets, sample)
          .item<float>(),
      loss.item<float>());
}

TEST(SampledSoftmax, NarrowProductsComeNear) {
  const Inputs inputs;
  const auto whole = SoftmaxSample::whole(kVocabulary);
  const auto wide =
      sampled_softmax_loss_sum(inputs.hidden, inputs.weight, inputs.bias, inputs.targets, whole);
  const auto narrow = sampled_softmax_loss_sum(inputs.hidden.to(at::kBFloat16), inputs.weight,
                                               inputs.bias, inputs.targets, whole);
  EXPECT_NEAR(narrow.item<double>() / wide.item<double>(), 1.0, 5e-3);
}

TEST(SoftmaxSampler, DrawsAsOftenAsItExpects) {
  auto counts = at::arange(50).to(at::kLong).square();  // id 1 once, id 49 2,401 times
  const SoftmaxSampler sampler(counts, 20);
  std::mt19937_64 random(3);
  auto times = at::zeros({50});
  constexpr int kSamples = 4000;
  at::Tensor log_expected;
  for (int i = 0; i < kSamples; ++i) {
    const auto sample = sampler.draw(random);
    times.index_add_(0, sample.ids, at::ones({sample.ids.numel()}));
    log_expected = sample.log_expected;
    const auto gaps = sample.ids.diff();
    ASSERT_TRUE(gaps.gt(0).all().item<bool>()) << "ascending and distinct";
  }
  EXPECT_EQ(times[0].item<float>(), 0.0F) << "padding is never drawn";
  const auto shares = times / static_cast<double>(kSamples);
  EXPECT_TRUE(at::allclose(shares.slice(0, 1), log_expected.exp().slice(0, 1), 0.0, 0.04));
}

// The correction is for this: the sampled loss's gradient points where the whole one's does.
TEST(SoftmaxSampler, TheMeanGradientIsNearThatOfTheWholeVocabulary) {
  const Inputs inputs;
  const auto whole =
      inputs.gradients(sampled_softmax_loss_sum(inputs.hidden, inputs.weight, inputs.bias,
                                                inputs.targets, SoftmaxSample::whole(kVocabulary)));
  const SoftmaxSampler sampler(inputs.targets.bincount({}, kVocabulary), 60);
  std::mt19937_64 random(3);
  auto mean = at::zeros_like(inputs.weight);
  for (int i = 0; i < 100; ++i) {
    mean += inputs.gradients(sampled_softmax_loss_sum(inputs.hidden, inputs.weight, inputs.bias,
                                                      inputs.targets, sampler.draw(random)))[1] /
            100.0;
  }
  const auto cosine = (mean * whole[1]).sum() / (mean.norm() * whole[1].norm());
  EXPECT_GT(cosine.item<double>(), 0.99);
}

}  // namespace
}  // namespace mnemo
