#include "app/training/class_loss.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mnemo {
namespace {

at::Tensor labels(std::vector<int64_t> values) { return at::tensor(values, at::kLong); }

TEST(ClassLoss, BalancedWeightsMakeClassesAlike) {
  const auto loss = make_class_loss({.class_weights = ClassWeights::balanced},
                                    labels({0, 0, 0, 0, 0, 1, 1, 1, 3, 3}), 4);
  const auto expected = at::tensor({10.0 / (4 * 5), 10.0 / (4 * 3), 0.0, 10.0 / (4 * 2)});
  EXPECT_TRUE(at::allclose(loss.weights, expected.to(at::kFloat)));
  EXPECT_FALSE(make_class_loss({}, labels({0, 1}), 2).weights.defined());
}

TEST(ClassLoss, WeighsAndSmoothsByTheFormula) {
  const auto logits = at::tensor({0.5, -1.0, 2.0, 0.1, 0.3, -0.2}).reshape({2, 3}).to(at::kFloat);
  const ClassLoss loss{.label_smoothing = 0.3, .weights = at::tensor({0.5F, 2.0F, 1.5F})};
  const auto minus_log = -logits.log_softmax(1);
  double expected = 0.0;
  const std::vector<int64_t> targets = {2, 0};
  for (int64_t row = 0; row < 2; ++row) {
    for (int64_t c = 0; c < 3; ++c) {
      const double share = (targets[static_cast<size_t>(row)] == c ? 0.7 : 0.0) + 0.3 / 3;
      expected += share * loss.weights[c].item<double>() * minus_log[row][c].item<double>();
    }
  }
  EXPECT_NEAR(class_loss_sum(loss, logits, labels(targets)).item<double>(), expected, 1e-6);
}

TEST(ClassLoss, OneLogitStandsForTwoClasses) {
  const auto logit = at::tensor({1.5F, -0.5F}).reshape({2, 1});
  const auto both = at::cat({at::zeros_like(logit), logit}, 1);
  for (const double smoothing : {0.0, 0.1}) {
    for (const bool weighs : {false, true}) {
      const ClassLoss loss{.label_smoothing = smoothing,
                           .weights = weighs ? at::tensor({0.8F, 1.6F}) : at::Tensor()};
      EXPECT_NEAR(class_loss_sum(loss, logit, labels({1, 0})).item<double>(),
                  class_loss_sum(loss, both, labels({1, 0})).item<double>(), 1e-6);
    }
  }
}

TEST(LabelLoss, IsTheMeanOfBinaryCrossEntropies) {
  const auto logits = at::tensor({0.5, -1.0, 2.0, 0.1, 0.3, -0.2}).reshape({2, 3}).to(at::kFloat);
  const auto targets = at::tensor({1.0, 0.0, 1.0, 0.0, 0.0, 1.0}).reshape({2, 3}).to(at::kFloat);
  const ClassLoss loss{.label_smoothing = 0.2,
                       .weights = at::tensor({0.5F, 1.0F, 2.0F, 3.0F, 0.7F, 1.5F}).view({2, 3})};
  double plain = 0.0, weighted = 0.0;
  for (int64_t row = 0; row < 2; ++row) {
    for (int64_t label = 0; label < 3; ++label) {
      const double p = 1.0 / (1.0 + std::exp(-logits[row][label].item<double>()));
      const double target = targets[row][label].item<double>();
      const double soft = 0.8 * target + 0.1;
      plain -= (target * std::log(p) + (1.0 - target) * std::log(1.0 - p)) / 3.0;
      weighted -= (soft * loss.weights[1][label].item<double>() * std::log(p) +
                   (1.0 - soft) * loss.weights[0][label].item<double>() * std::log(1.0 - p)) /
                  3.0;
    }
  }
  EXPECT_NEAR(label_loss_sum({}, logits, targets).item<double>(), plain, 1e-6);
  EXPECT_NEAR(label_loss_sum(loss, logits, targets).item<double>(), weighted, 1e-6);
}

TEST(LabelLoss, OneLabelAloneIsTwoClasses) {
  const auto positives = at::tensor({8, 2, 10});
  const auto loss = make_label_loss(
      {.label_smoothing = 0.1, .class_weights = ClassWeights::balanced}, positives, /*samples=*/10);
  const auto alone = loss_of_label(loss, 1);
  EXPECT_TRUE(at::allclose(alone.weights, at::tensor({10.0F / 16.0F, 10.0F / 4.0F})));
  EXPECT_EQ(loss_of_label(loss, 2).weights[0].item<float>(), 0.0F) << "no sample is without it";
  const auto logits = at::tensor({0.3F, -1.2F}).view({2, 1});
  const ClassLoss of_one{.label_smoothing = 0.1, .weights = loss.weights.slice(1, 1, 2)};
  EXPECT_NEAR(class_loss_sum(alone, logits, labels({1, 0})).item<double>(),
              label_loss_sum(of_one, logits, at::tensor({1.0F, 0.0F}).view({2, 1})).item<double>(),
              1e-6);
}

}  // namespace
}  // namespace mnemo
