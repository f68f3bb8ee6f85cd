#include "common/straight_line.h"

#include <gtest/gtest.h>

#include <vector>

namespace mnemo {
namespace {

TEST(StraightLine, GoesThroughNumbersOnOne) {
  const auto line = line_through(std::vector{3.0, 5.0, 7.0, 9.0});
  EXPECT_EQ(line.slope, 2.0);
  EXPECT_EQ(line.at(0), 3.0);
  EXPECT_EQ(line.at(4), 11.0);
}

TEST(StraightLine, HasTheLeastSquaredError) {
  // By hand: the mean is 2, the products of places -1, 0, 1 sum up to 3, their squares to 2.
  const auto line = line_through(std::vector{1.0, 1.0, 4.0});
  EXPECT_EQ(line.slope, 1.5);
  EXPECT_EQ(line.at(1), 2.0);
}

TEST(StraightLine, IsLevelThroughOneNumber) {
  const auto line = line_through(std::vector{7.0});
  EXPECT_EQ(line.slope, 0.0);
  EXPECT_EQ(line.at(5), 7.0);
}

}  // namespace
}  // namespace mnemo
