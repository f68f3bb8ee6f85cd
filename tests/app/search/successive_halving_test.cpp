#include "app/search/successive_halving.h"

#include <gtest/gtest.h>

namespace mnemo {
namespace {

using Promotion = std::pair<int64_t, size_t>;

TEST(SuccessiveHalving, TheBestThirdGoesOn) {
  SuccessiveHalving halving;
  halving.report(1, 0, 0.5);
  halving.report(2, 0, 0.4);
  EXPECT_FALSE(halving.promote()) << "a third of two is none";
  halving.report(3, 0, 0.6);
  EXPECT_EQ(halving.promote(), (Promotion{2, 1}));
  EXPECT_FALSE(halving.promote()) << "once";
  for (int64_t trial = 4; trial <= 6; ++trial) halving.report(trial, 0, 0.1 * double(trial));
  EXPECT_EQ(halving.promote(), (Promotion{4, 1})) << "the second best of six; the best has gone on";
  EXPECT_FALSE(halving.promote());
}

TEST(SuccessiveHalving, HigherRungsComeFirst) {
  SuccessiveHalving halving;
  for (int64_t trial = 1; trial <= 9; ++trial) halving.report(trial, 0, double(trial));
  for (int64_t trial = 1; trial <= 3; ++trial) {
    EXPECT_EQ(halving.promote(), (Promotion{trial, 1}));
    halving.report(trial, 1, double(10 - trial));
  }
  EXPECT_EQ(halving.promote(), (Promotion{3, 2})) << "the best of the second rung";
  EXPECT_TRUE(halving.has_reported(3, 1));
  EXPECT_FALSE(halving.has_reported(3, 2));
}

TEST(SuccessiveHalving, WhoWentOnByAnotherRoadIsNotPromotedAgain) {
  SuccessiveHalving halving;
  for (int64_t trial = 1; trial <= 3; ++trial) halving.report(trial, 0, double(trial));
  halving.note_promotion(1, 2);
  EXPECT_FALSE(halving.promote());
}

TEST(SuccessiveHalving, WhoMayNotGoOnStaysAndKeepsItsPlace) {
  SuccessiveHalving halving;
  for (int64_t trial = 1; trial <= 6; ++trial) halving.report(trial, 0, double(trial));
  const auto not_the_best = [](int64_t trial) { return trial != 1; };
  EXPECT_EQ(halving.promote(not_the_best), (Promotion{2, 1}));
  EXPECT_FALSE(halving.promote(not_the_best)) << "the third is not among the best third";
  EXPECT_EQ(halving.promote(), (Promotion{1, 1}));
}

}  // namespace
}  // namespace mnemo
