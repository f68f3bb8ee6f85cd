#include "app/search/learning_curves.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mnemo {
namespace {

std::vector<double> expected_finals(const std::vector<RungValues>& trainings) {
  auto finals = expected_log_finals(trainings);
  for (double& value : finals) value = std::exp(value);
  return finals;
}

TEST(LearningCurves, CompleteTrainingsAreTakenAtTheirWord) {
  const auto finals = expected_finals({{0.9, 0.7, 0.5}, {0.8, 0.7, 0.6}});
  EXPECT_NEAR(finals[0], 0.5, 1e-12);
  EXPECT_NEAR(finals[1], 0.6, 1e-12);
}

// Behind the complete one where they stand, or ahead of it: not by what they have come to so far.
TEST(LearningCurves, PausedTrainingsAreComparedWhereTheyPaused) {
  const auto finals = expected_finals({{0.9, 0.7, 0.5}, {0.8}, {0.95}, {0.88, 0.72}});
  EXPECT_LT(finals[1], 0.5);
  EXPECT_GT(finals[2], 0.5);
  EXPECT_GT(finals[3], 0.5) << "what it has lost since counts more than its early lead";
  EXPECT_LT(finals[3], 0.52);
}

TEST(LearningCurves, AnEarlyLeadIsHalved) {
  const auto finals = expected_finals({{0.8, 0.4}, {0.2}});
  EXPECT_NEAR(finals[1], 0.4 * std::sqrt(0.2 / 0.8), 1e-12);
}

TEST(LearningCurves, LearnsWhatAnEarlyLeadIsWorth) {
  std::vector<RungValues> worthless, worthwhile;
  for (int i = 1; i <= 20; ++i) {
    const double value = 0.05 * i;
    worthless.push_back({value, 0.4});
    worthwhile.push_back({value, 0.4 * value});
  }
  worthless.push_back({0.1});
  worthwhile.push_back({0.1});
  EXPECT_GT(expected_finals(worthless).back(), 0.3);
  EXPECT_LT(expected_finals(worthwhile).back(), 0.06);
}

TEST(LearningCurves, WhatIsNotKnownTeachesNothing) {
  const double unknown = std::nan("");
  const auto finals = expected_finals({{0.8, unknown, 0.4}, {0.7, 0.6, 0.3}, {0.9, 0.5}, {0.8}});
  const auto without = expected_finals({{0.7, 0.6, 0.3}, {0.9, 0.5}});
  EXPECT_NEAR(finals[0], 0.4, 1e-12);
  EXPECT_NEAR(finals[2], without[1], 1e-12) << "only one tells what that rung leads to";
  EXPECT_LT(finals[3], 0.4) << "both tell where the first one leads to";
}

TEST(LearningCurves, WithoutACompleteOneTheFurthestIsTheMeasure) {
  const auto finals = expected_finals({{0.9, 0.7}, {0.8}, {0.95}});
  EXPECT_NEAR(finals[0], 0.7, 1e-12);
  EXPECT_LT(finals[1], 0.7);
  EXPECT_GT(finals[2], 0.7);
  EXPECT_NEAR(expected_finals({{0.3}, {0.2}})[1], 0.2, 1e-12);
  EXPECT_TRUE(expected_finals({}).empty());
}

}  // namespace
}  // namespace mnemo
