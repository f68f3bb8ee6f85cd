#include "app/training/optimizers/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "mnemo/error.h"

namespace mnemo {
namespace {

at::Tensor scalar_parameter(float value) { return at::full({1}, value).requires_grad_(); }

// Takes three steps with a constant gradient of 2, scaled by a half, with a matrix of one number.
double after_three_steps(const OptimizerOptions& options, bool sparse) {
  auto weight = at::ones({1, 1}).requires_grad_();
  const auto optimizer = make_optimizer({weight}, options);
  for (int step = 0; step < 3; ++step) {
    auto gradient = at::full({1, 1}, 2.0);
    if (sparse) gradient = gradient.to_sparse(1).coalesce();
    weight.mutable_grad() = gradient;
    optimizer->step(0.5);
  }
  return weight.item<double>();
}

void expect_after_three_steps(const OptimizerOptions& options, double expected) {
  EXPECT_NEAR(after_three_steps(options, /*sparse=*/false), expected, 1e-6);
  EXPECT_NEAR(after_three_steps(options, /*sparse=*/true), expected, 1e-6);
}

TEST(Sgd, MovesAlongTheGradient) {
  expect_after_three_steps({.kind = OptimizerKind::sgd, .learning_rate = 0.1}, 1.0 - 0.3);
}

TEST(Sgd, GathersSpeed) {  // velocities 1, 1.5, 1.75
  const OptimizerOptions options{.kind = OptimizerKind::sgd, .learning_rate = 0.1, .momentum = 0.5};
  expect_after_three_steps(options, 1.0 - 0.1 * (1.0 + 1.5 + 1.75));
  auto nesterov = options;
  nesterov.nesterov = true;
  expect_after_three_steps(nesterov, 1.0 - 0.1 * (1.5 + 1.75 + 1.875));
}

TEST(RmsProp, DividesByTheRootOfTheMeanSquare) {
  const OptimizerOptions options{.kind = OptimizerKind::rmsprop, .learning_rate = 0.01};
  const double kept = kRmsPropSmoothing;
  const double first = 1 / std::sqrt(1 - kept), second = 1 / std::sqrt(1 - kept * kept),
               third = 1 / std::sqrt(1 - kept * kept * kept);
  expect_after_three_steps(options, 1.0 - 0.01 * (first + second + third));
  auto heavy = options;
  heavy.momentum = 0.5;
  const double all = first + (second + first / 2) + (third + second / 2 + first / 4);
  expect_after_three_steps(heavy, 1.0 - 0.01 * all);
}

TEST(WeightDecay, IsDecoupledInAdamWAndAPenaltyInTheOthers) {
  // A constant gradient makes every step of Adam one learning rate long.
  double decayed = 1.0;
  for (int step = 0; step < 3; ++step) decayed = decayed * (1.0 - 0.1 * 0.2) - 0.1;
  expect_after_three_steps(
      {.kind = OptimizerKind::adamw, .learning_rate = 0.1, .weight_decay = 0.2}, decayed);

  double penalized = 1.0;
  for (int step = 0; step < 3; ++step) penalized -= 0.1 * (1.0 + 0.2 * penalized);
  expect_after_three_steps({.kind = OptimizerKind::sgd, .learning_rate = 0.1, .weight_decay = 0.2},
                           penalized);
}

TEST(WeightDecay, LeavesBiasesAlone) {
  auto bias = scalar_parameter(1.0F);
  const auto optimizer = make_optimizer(
      {bias}, {.kind = OptimizerKind::sgd, .learning_rate = 0.1, .weight_decay = 0.2});
  bias.mutable_grad() = at::zeros({1});
  optimizer->step();
  EXPECT_EQ(bias.item<float>(), 1.0F);
}

TEST(Optimizer, LeavesParametersWithoutAGradientAlone) {
  auto weight = scalar_parameter(1.0F);
  for (const auto kind : {OptimizerKind::adam, OptimizerKind::rmsprop, OptimizerKind::sgd}) {
    make_optimizer({weight}, {.kind = kind})->step();
    EXPECT_EQ(weight.item<float>(), 1.0F);
  }
}

TEST(OptimizerOptions, AreRefusedWhenTheyContradictEachOther) {
  EXPECT_THROW(validate(OptimizerOptions{.momentum = 0.9}), UsageError);
  EXPECT_THROW(validate(OptimizerOptions{.kind = OptimizerKind::sgd, .nesterov = true}),
               UsageError);
  EXPECT_THROW(validate(OptimizerOptions{.kind = OptimizerKind::adamw}), UsageError);
}

TEST(GradientNorm, IsOverAllParameters) {
  std::vector<at::Tensor> parameters = {scalar_parameter(0.0F), scalar_parameter(0.0F),
                                        scalar_parameter(0.0F)};
  parameters[0].mutable_grad() = at::full({1}, 3.0);
  parameters[1].mutable_grad() = at::full({1}, 4.0);
  EXPECT_NEAR(gradient_norm(parameters), 5.0, 1e-6);
}

TEST(GradientNorm, IsRightWhereItsSquareIsNoNumberOfFp32) {
  std::vector<at::Tensor> parameters = {scalar_parameter(0.0F), scalar_parameter(0.0F)};
  parameters[0].mutable_grad() = at::full({1}, 3e30);
  parameters[1].mutable_grad() = at::full({1}, 4e30);
  EXPECT_NEAR(gradient_norm(parameters) / 5e30, 1.0, 1e-6);
  parameters[1].mutable_grad() = at::full({1}, std::numeric_limits<float>::infinity());
  EXPECT_EQ(gradient_norm(parameters), std::numeric_limits<double>::infinity());
}

TEST(ClippingScale, BringsTheNormDownToTheLimitAndNeverUp) {
  EXPECT_NEAR(clipping_scale(5.0, 1.0), 0.2, 1e-6);
  EXPECT_EQ(clipping_scale(3.0, 10.0), 1.0);
  EXPECT_EQ(clipping_scale(3.0, 0.0), 1.0);
}

}  // namespace
}  // namespace mnemo
