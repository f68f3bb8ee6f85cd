#include "app/metrics/regression_metrics.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace mnemo {
namespace {

// The number is SciPy 1.13's: spearmanr([1, 2, 2, 5, 4], [1, 3, 2, 4, 5]).statistic.
TEST(RegressionMetrics, RankCorrelationIsSpearmans) {
  const std::vector<float> found = {1, 2, 2, 5, 4};
  const std::vector<double> actual = {1, 3, 2, 4, 5};
  const auto metrics = regression_metrics(found, actual, 1);
  EXPECT_NEAR(metrics.rank_correlation.value(), 0.8720815992723809, 1e-12);
  EXPECT_NEAR(metrics.mae, 3.0 / 5.0, 1e-12);
}

TEST(RegressionMetrics, OfSeveralTargetsItIsTheMean) {
  const std::vector<float> found = {1, 3, 2, 2, 3, 1};  // (3, 2)
  const std::vector<double> actual = {10, 10, 20, 20, 30, 30};
  EXPECT_NEAR(regression_metrics(found, actual, 2).rank_correlation.value(), 0.0, 1e-12);
}

TEST(RegressionMetrics, AnswersThatAreAllAlikeHaveNone) {
  const std::vector<float> found = {2, 2, 2};
  const std::vector<double> actual = {1, 2, 3};
  const auto metrics = regression_metrics(found, actual, 1);
  EXPECT_FALSE(metrics.rank_correlation);
  EXPECT_TRUE(to_json(metrics).at("rank_correlation").is_null());
  EXPECT_NE(to_text(metrics).find("rank correlation -"), std::string::npos);
}

}  // namespace
}  // namespace mnemo
