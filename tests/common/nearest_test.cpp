#include "common/nearest.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace mnemo {
namespace {

const std::array<std::string, 3> kNames = {"learning-rate", "hidden-size", "batch-size"};

TEST(Nearest, FindsTheNameBehindASlip) {
  EXPECT_EQ(nearest_name("lerning-rate", kNames), "learning-rate");   // a letter lost
  EXPECT_EQ(nearest_name("batchh-size", kNames), "batch-size");       // a letter too many
  EXPECT_EQ(nearest_name("hidden_size", kNames), "hidden-size");      // another letter
  EXPECT_EQ(nearest_name("Learning-Rate", kNames), "learning-rate");  // case is no difference
}

TEST(Nearest, TakesTheNearestOfSeveral) {
  const std::array<std::string, 2> names = {"heads", "head"};
  EXPECT_EQ(nearest_name("head", names), "head");
}

TEST(Nearest, AnswersNothingWhenNoNameIsNear) {
  EXPECT_EQ(nearest_name("vocabulary", kNames), "");
  EXPECT_EQ(nearest_name("", kNames), "");
  EXPECT_EQ(nearest_name("batch-size", {}), "");
}

TEST(Nearest, AcceptsADistanceOfAThirdAndNoMore) {
  const std::array<std::string, 1> names = {"abcdef"};
  EXPECT_EQ(nearest_name("abcdxx", names), "abcdef");
  EXPECT_EQ(nearest_name("abcxxx", names), "");
}

}  // namespace
}  // namespace mnemo
