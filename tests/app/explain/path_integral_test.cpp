#include "app/explain/path_integral.h"

#include <gtest/gtest.h>

#include "app/explain/label_score.h"

namespace mnemo {
namespace {

// Integrates a score of each point, differentiable, along the way from the baseline to the input.
PathIntegral integrate(const at::Tensor& baseline, const at::Tensor& input,
                       const std::function<at::Tensor(const at::Tensor&)>& score) {
  return integrate_path(baseline, input,
                        [&](const at::Tensor& points) { return with_gradients(points, score); });
}

TEST(PathIntegral, OfALinearScoreIsWeightTimesWay) {
  const auto weight = at::tensor({2.0F, -1.0F, 0.5F});
  const auto baseline = at::tensor({1.0F, 0.0F, -1.0F}), input = at::tensor({3.0F, 2.0F, 1.0F});
  const auto found =
      integrate(baseline, input, [&](const at::Tensor& points) { return points.matmul(weight); });
  EXPECT_TRUE(at::allclose(found.contributions, (weight * (input - baseline)).to(at::kDouble)));
  EXPECT_NEAR(found.score, 4.5, 1e-6);
  EXPECT_NEAR(found.baseline, 1.5, 1e-6);
  EXPECT_EQ(found.points, 10) << "eight nodes and both ends are enough";
}

// x^2 y from (0, 0) to (1, 1): the integral of 2 a^2 is 2/3, that of a^2 is 1/3.
TEST(PathIntegral, FollowsTheLine) {
  const auto found = integrate(at::zeros({2}), at::ones({2}), [](const at::Tensor& points) {
    return points.select(1, 0).square() * points.select(1, 1);
  });
  EXPECT_NEAR(found.contributions[0].item<double>(), 2.0 / 3.0, 1e-5);
  EXPECT_NEAR(found.contributions[1].item<double>(), 1.0 / 3.0, 1e-5);
}

// One fixed rule of eight nodes misses the step; halving the parts that lack something finds it.
TEST(PathIntegral, HalvesThePartsThatDoNotAddUp) {
  const auto steep = [](const at::Tensor& points) {
    return at::sigmoid(400.0 * (points.sum(1) - 1.234));
  };
  const auto input = at::tensor({1.0F, 0.5F, 0.5F});
  const auto found = integrate(at::zeros({3}), input, steep);
  EXPECT_LT(found.error(), 0.01);
  EXPECT_GT(found.points, 10) << "one rule and both ends are not enough";
  EXPECT_LT(found.points, 400);
  EXPECT_NEAR(found.contributions[0].item<double>(), 0.5, 0.005);
}

TEST(PathIntegral, GivesUpWhereNoHalvingHelps) {
  const auto jump = [](const at::Tensor& points) {
    return points.sum(1) * 1e-3 + points.sum(1).gt(0.3).to(at::kFloat);
  };
  const auto found = integrate(at::zeros({2}), at::ones({2}), jump);
  EXPECT_GE(found.points, kMostPathPoints);
  EXPECT_LT(found.points, kMostPathPoints + 40);
  EXPECT_GT(found.error(), 0.5) << "and says so";
}

TEST(LabelLogOdds, AreThoseOfTheProbabilities) {
  const auto logits = at::tensor({0.3F, -1.2F, 2.0F, 0.1F, 0.0F, -0.4F}).view({2, 3});
  const auto p = logits.softmax(1).select(1, 2);
  EXPECT_TRUE(at::allclose(label_log_odds(logits, 2), (p / (1.0 - p)).log(), 1e-5, 1e-6));
  const auto one = at::tensor({0.7F, -2.0F}).view({2, 1});
  EXPECT_TRUE(at::equal(label_log_odds(one, 1), one.squeeze(1)));
  EXPECT_TRUE(at::equal(label_log_odds(one, 0), -one.squeeze(1)));
}

}  // namespace
}  // namespace mnemo
