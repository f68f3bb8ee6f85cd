#include "app/training/schedule.h"

#include <gtest/gtest.h>

namespace mnemo {
namespace {

// That each is PyTorch's is shown by tests/parity.

TEST(LearningRate, RisesOverTheWarmUpAndThenFollowsTheScheduleOverTheRest) {
  const LearningRate rate({.kind = Schedule::linear, .warmup_steps = 4}, 0.8, 2, 6);
  EXPECT_DOUBLE_EQ(rate.at(0), 0.2);
  EXPECT_DOUBLE_EQ(rate.at(3), 0.8);
  EXPECT_DOUBLE_EQ(rate.at(4), 0.8);
  EXPECT_DOUBLE_EQ(rate.at(8), 0.4);
  EXPECT_DOUBLE_EQ(rate.at(11), 0.1);
}

TEST(LearningRate, StaysFiniteHoweverShortTheTrainingIs) {
  for (const auto kind : {Schedule::linear, Schedule::cosine, Schedule::one_cycle}) {
    for (const int64_t steps : {1, 2, 3, 4}) {
      for (const int64_t warmup : {0, 2, 9}) {
        const LearningRate rate({.kind = kind, .warmup_steps = warmup}, 1.0, 1, steps);
        for (int64_t step = 0; step < steps; ++step) {
          EXPECT_GE(rate.at(step), 0.0) << steps << " " << warmup;
          EXPECT_LE(rate.at(step), 1.0) << steps << " " << warmup;
        }
      }
    }
  }
}

TEST(LearningRate, WaitsOnAPlateauAndThenFallsAgainAndAgain) {
  LearningRate rate({.kind = Schedule::plateau, .decay_factor = 0.5, .decay_epochs = 1}, 1.0, 9, 1);
  for (const double loss : {3.0, 2.0, 2.0}) rate.on_validation(loss);
  EXPECT_EQ(rate.at(3), 1.0);
  rate.on_validation(2.0);
  EXPECT_EQ(rate.at(4), 0.5);
  for (const double loss : {1.0, 1.5, 1.0}) rate.on_validation(loss);
  EXPECT_EQ(rate.at(7), 0.25);
}

}  // namespace
}  // namespace mnemo
