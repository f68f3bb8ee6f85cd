#include "datasets/windows.h"

#include <gtest/gtest.h>

#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using Origins = std::vector<int64_t>;

TEST(SplitByShare, PartsMayBeTheLastRows) {
  const auto parts = split_by_last_rows({100, 200}, 24, 12);
  EXPECT_EQ(parts.train.begin, 100);
  EXPECT_EQ(parts.train.end, 164);
  EXPECT_EQ(parts.valid.end, 188);
  EXPECT_EQ(parts.test.rows(), 12);
  const auto few = split_by_last_rows({100, 120}, 24, 12);
  EXPECT_EQ(few.test.rows(), 12);
  EXPECT_EQ(few.valid.rows(), 8);
  EXPECT_EQ(few.train.rows(), 0);
}

TEST(SplitByShare, CutsInTimeOrder) {
  const auto parts = split_by_share({100, 200}, 0.8, 0.1, 1);
  EXPECT_EQ(parts.train.begin, 100);
  EXPECT_EQ(parts.train.end, 172);
  EXPECT_EQ(parts.valid.begin, 172);
  EXPECT_EQ(parts.valid.end, 180);
  EXPECT_EQ(parts.test.begin, 180);
  EXPECT_EQ(parts.test.end, 200);
}

TEST(SplitByShare, HoldsAHorizonOutAtLeast) {
  EXPECT_EQ(split_by_share({0, 100}, 0.8, 0.1, 24).valid.rows(), 24);
  EXPECT_EQ(split_by_share({0, 100}, 0.8, 0.0, 24).valid.rows(), 0);
  EXPECT_EQ(split_by_share({0, 100}, 0.1, 0.1, 24).train.rows(), 0);
}

TEST(SplitByRows, TakesRowsFromTheBeginning) {
  const auto parts = split_by_rows({10, 100}, {.train = 30, .valid = 20, .test = 10});
  EXPECT_EQ(parts.train.begin, 10);
  EXPECT_EQ(parts.valid.begin, 40);
  EXPECT_EQ(parts.test.begin, 60);
  EXPECT_EQ(parts.test.end, 70);
  EXPECT_TRUE(contains(message_of([] {
                         split_by_rows({0, 59}, {30, 20, 10});
                       }),
                       "asks for 60 rows, and there are 59"));
}

TEST(WindowOrigins, LookBackOverThePartsBorderButNotTheSeries) {
  EXPECT_EQ(window_origins(0, {0, 10}, {.lookback = 4, .horizon = 3}), (Origins{4, 5, 6, 7}));
  EXPECT_EQ(window_origins(0, {6, 10}, {.lookback = 4, .horizon = 3}), (Origins{6, 7}));
  EXPECT_EQ(window_origins(5, {5, 13}, {.lookback = 4, .horizon = 3}), (Origins{9, 10}));
  EXPECT_EQ(window_origins(0, {0, 6}, {.lookback = 4, .horizon = 3}), Origins{});
}

// The protocol of the literature on ETTh1: 2,880 test rows give 2,785 windows of 96.
TEST(WindowOrigins, CountsEveryTestWindow) {
  const auto parts = split_by_rows({0, 17'420}, {.train = 8640, .valid = 2880, .test = 2880});
  EXPECT_EQ(std::ssize(window_origins(0, parts.test, {.lookback = 720, .horizon = 96})), 2785);
}

}  // namespace
}  // namespace mnemo
