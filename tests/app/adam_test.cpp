#include "app/training/adam.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mnemo {
namespace {

at::Tensor parameter(float value) { return at::full({1}, value).requires_grad_(); }

// The update rule of Kingma and Ba (2015), algorithm 1, in double precision.
TEST(Adam, FollowsThePaper) {
  const AdamOptions options{.learning_rate = 0.1, .beta1 = 0.8, .beta2 = 0.95, .eps = 1e-3};
  Adam adam({parameter(2.0F)}, options);
  double theta = 2.0, m = 0.0, v = 0.0;
  for (int t = 1; t <= 10; ++t) {
    const double gradient = std::cos(t) * theta;
    auto weight = adam.parameters().front();
    weight.mutable_grad() = at::full({1}, gradient);
    adam.step();
    m = options.beta1 * m + (1 - options.beta1) * gradient;
    v = options.beta2 * v + (1 - options.beta2) * gradient * gradient;
    const double m_hat = m / (1 - std::pow(options.beta1, t));
    const double v_hat = v / (1 - std::pow(options.beta2, t));
    theta -= options.learning_rate * m_hat / (std::sqrt(v_hat) + options.eps);
    EXPECT_NEAR(weight.item<double>(), theta, 1e-5) << "step " << t;
  }
}

TEST(Adam, LetsOthersNoticeThatParametersChanged) {
  Adam adam({parameter(2.0F)}, {});
  auto weight = adam.parameters().front();
  const auto before = weight._version();
  weight.mutable_grad() = at::full({1}, 1.0F);
  adam.step();
  EXPECT_GT(weight._version(), before);
}

TEST(ClipGradients, ScalesToTheNormAndReturnsTheOneBefore) {
  std::vector<at::Tensor> parameters = {parameter(0.0F), parameter(0.0F)};
  parameters[0].mutable_grad() = at::full({1}, 3.0);
  parameters[1].mutable_grad() = at::full({1}, 4.0);
  EXPECT_NEAR(clip_gradients(parameters, 1.0), 5.0, 1e-6);
  EXPECT_NEAR(parameters[0].grad().item<double>(), 0.6, 1e-5);
  EXPECT_NEAR(parameters[1].grad().item<double>(), 0.8, 1e-5);
}

TEST(ClipGradients, LeavesSmallGradientsAndMeasuresWithoutClipping) {
  std::vector<at::Tensor> parameters = {parameter(0.0F)};
  parameters[0].mutable_grad() = at::full({1}, 3.0);
  EXPECT_NEAR(clip_gradients(parameters, 10.0), 3.0, 1e-6);
  EXPECT_NEAR(clip_gradients(parameters, 0.0), 3.0, 1e-6);
  EXPECT_EQ(parameters[0].grad().item<float>(), 3.0F);
}

}  // namespace
}  // namespace mnemo
