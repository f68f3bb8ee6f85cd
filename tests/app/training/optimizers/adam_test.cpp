#include "app/training/optimizers/adam.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mnemo {
namespace {

at::Tensor adam_parameter(float value) { return at::full({1}, value).requires_grad_(); }

// The update rule of Kingma and Ba (2015), algorithm 1, in double precision.
TEST(Adam, FollowsThePaper) {
  const OptimizerOptions options{.learning_rate = 0.1};
  Adam adam({adam_parameter(2.0F)}, options);
  double theta = 2.0, m = 0.0, v = 0.0;
  for (int t = 1; t <= 10; ++t) {
    const double gradient = std::cos(t) * theta;
    auto weight = adam.parameters().front();
    weight.mutable_grad() = at::full({1}, gradient);
    adam.step();
    m = kAdamBeta1 * m + (1 - kAdamBeta1) * gradient;
    v = kAdamBeta2 * v + (1 - kAdamBeta2) * gradient * gradient;
    const double m_hat = m / (1 - std::pow(kAdamBeta1, t));
    const double v_hat = v / (1 - std::pow(kAdamBeta2, t));
    theta -= options.learning_rate * m_hat / (std::sqrt(v_hat) + kOptimizerEps);
    EXPECT_NEAR(weight.item<double>(), theta, 1e-5) << "step " << t;
  }
}

TEST(Adam, LetsOthersNoticeThatParametersChanged) {
  Adam adam({adam_parameter(2.0F)}, {});
  auto weight = adam.parameters().front();
  const auto before = weight._version();
  weight.mutable_grad() = at::full({1}, 1.0F);
  adam.step();
  EXPECT_GT(weight._version(), before);
}

TEST(Adam, TakesRowsThatASparseGradientLacksForZero) {
  const auto start = at::randn({40, 3});
  Adam sparse({start.clone().requires_grad_()}, {.learning_rate = 0.1});
  Adam dense({start.clone().requires_grad_()}, {.learning_rate = 0.1});
  for (int step = 0; step < 5; ++step) {
    const auto rows = at::tensor({step, 7, 39}, at::kLong);
    const auto values = at::randn({3, 3});
    auto gradient = at::_sparse_coo_tensor_unsafe(rows.unsqueeze(0), values, {40, 3});
    gradient._coalesced_(true);
    at::Tensor(sparse.parameters().front()).mutable_grad() = gradient;
    at::Tensor(dense.parameters().front()).mutable_grad() = gradient.to_dense();
    EXPECT_NEAR(gradient_norm(sparse.parameters()), gradient_norm(dense.parameters()), 1e-6);
    sparse.step(0.5);
    dense.step(0.5);
    EXPECT_TRUE(at::equal(sparse.parameters().front(), dense.parameters().front())) << step;
  }
  EXPECT_TRUE(at::equal(sparse.parameters().front()[20], start[20]));
}

TEST(Adam, SumsRowsThatASparseGradientHoldsTwice) {
  Adam adam({at::zeros({4, 2}).requires_grad_()}, {.learning_rate = 0.1});
  auto weight = adam.parameters().front();
  const auto rows = at::tensor({3, 1, 3}, at::kLong).unsqueeze(0);
  weight.mutable_grad() = at::_sparse_coo_tensor_unsafe(rows, at::full({3, 2}, 3.0), {4, 2});
  EXPECT_NEAR(gradient_norm(adam.parameters()), std::sqrt(2 * 9 + 2 * 36), 1e-5);
  adam.step();
  EXPECT_NEAR(weight[1][0].item<float>(), -0.1F, 1e-5F);
  EXPECT_NEAR(weight[3][0].item<float>(), -0.1F, 1e-5F);
  EXPECT_EQ(weight[0][0].item<float>(), 0.0F);
}

// Long enough for several tasks, and a tail that fills no vector.
TEST(Adam, AgreesWithTheFusedOperator) {
  const auto start = at::randn({70'001});
  Adam adam({start.clone().requires_grad_()}, {.learning_rate = 0.01});
  std::vector<at::Tensor> parameter = {start.clone()}, exp_avg = {at::zeros_like(start)},
                          exp_avg_sq = {at::zeros_like(start)};
  for (int step = 1; step <= 10; ++step) {
    const auto gradient = at::randn({70'001});
    at::Tensor(adam.parameters().front()).mutable_grad() = gradient;
    adam.step();
    at::_fused_adam_(parameter, {gradient}, exp_avg, exp_avg_sq, {},
                     {at::full({}, static_cast<double>(step))}, 0.01, 0.9, 0.999, 0.0, 1e-8, false,
                     false);
  }
  EXPECT_TRUE(at::allclose(adam.parameters().front(), parameter.front(), 1e-5, 2e-6));
}

}  // namespace
}  // namespace mnemo
