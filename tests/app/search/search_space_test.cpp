#include "app/search/search_space.h"

#include <gtest/gtest.h>

#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

TEST(SearchSpace, ReadsListsRangesAndComments) {
  const auto space = parse_space(
      "# what to choose\n"
      "batch-size = 16|32 | 64\n"
      "\n"
      "dropout = 0.1..0.5  # of the last layer\n"
      "learning-rate = 0.0001..0.01 log\n"
      "hidden-size = 16..256 log\n",
      "space.txt");
  ASSERT_EQ(space.knobs().size(), 4U);
  EXPECT_EQ(space.to_text(),
            "batch-size = 16|32|64\ndropout = 0.1..0.5\nlearning-rate = 0.0001..0.01 log\n"
            "hidden-size = 16..256 log\n");
  EXPECT_EQ(parse_space(space.to_text(), "again").to_text(), space.to_text());
  const auto middle = space.settings_at({0.5, 0.5, 0.5, 0.5});
  EXPECT_EQ(middle, (Settings{{"batch-size", "32"},
                              {"dropout", "0.3"},
                              {"learning-rate", "0.001"},
                              {"hidden-size", "64"}}));
  EXPECT_EQ(space.settings_at({0.0, 0.0, 0.0, 0.0}).at("hidden-size"), "16");
  EXPECT_EQ(space.settings_at({1.0, 1.0, 1.0, 1.0}).at("batch-size"), "64");
}

TEST(SearchSpace, ThreeRisingNumbersAreOrdered) {
  const auto space =
      parse_space("a = 16|32|128\nb = 0|0.01\nc = 1|3|2\nd = one|two|three\ne = 0.1..0.9\n", "s");
  std::vector<bool> ordered;
  for (const auto& knob : space.knobs()) ordered.push_back(knob.is_ordered());
  EXPECT_EQ(ordered, (std::vector<bool>{true, false, false, false, false}));
}

TEST(SearchSpace, PointsAndSettingsAreInverse) {
  const auto space = parse_space("a = x|y|z\nb = 0..1000\nc = 0.001..1.0 log\n", "space.txt");
  const Settings settings = {{"a", "z"}, {"b", "250"}, {"c", "0.1"}};
  EXPECT_EQ(space.settings_at(space.point_of(settings)), settings);
  const auto unknown = space.point_of({{"a", "none of them"}, {"b", "auto"}, {"c", "5"}});
  EXPECT_NEAR(unknown[0], 0.5, 1e-3);
  EXPECT_NE(unknown[0], space.point_of({{"a", "y"}})[0]) << "no value's own place";
  EXPECT_EQ(unknown[2], 1.0) << "numbers are at an end";
}

TEST(SearchSpace, WhatAPointLeavesAloneIsNoChange) {
  const auto space = parse_space("lookback = 96|192|336\ndropout = 0.0..1.0\n", "space.txt");
  const Point start = space.point_of({{"lookback", "auto"}, {"dropout", "0.5"}});
  EXPECT_TRUE(space.changes_at(start, start).empty());
  EXPECT_EQ(space.changes_at({start[0], 0.25}, start), (Settings{{"dropout", "0.25"}}));
}

TEST(SearchSpace, RefusesByLine) {
  const auto refused = [](const std::string& line) {
    return message_of([&] { parse_space("a = 1|2\n" + line + "\n", "space.txt"); });
  };
  EXPECT_TRUE(contains(refused("b"), "space.txt:2: expected `option = values`"));
  EXPECT_TRUE(contains(refused("b = 1"), "space.txt:2: b = 1: expected different values"));
  EXPECT_TRUE(contains(refused("b = 1|1"), "expected different values"));
  EXPECT_TRUE(contains(refused("b = 2..1"), "from a smaller to a larger number"));
  EXPECT_TRUE(contains(refused("b = 0..x"), "from a smaller to a larger number"));
  EXPECT_TRUE(contains(refused("b = 0..1 log"), "begins above 0"));
  EXPECT_TRUE(contains(refused("a = 3|4"), "a second time"));
  EXPECT_TRUE(contains(message_of([] { parse_space("# nothing\n", "s"); }), "no option"));
}

}  // namespace
}  // namespace mnemo
