#include "app/search/cost_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "app/search/parzen_sampler.h"

namespace mnemo {
namespace {

const MarksByOption& knob_marks() {
  static const MarksByOption all = {{"learning-rate", {.time = TimeTaken::none}},
                                    {"hidden-size", {.time = TimeTaken::proportional}},
                                    {"max-length", {.time = TimeTaken::proportional}}};
  return all;
}

SearchSpace space_of_units() {
  return parse_space("units = 16..256 log\ncell = lstm|gru|rnn\nlearning-rate = 0.001..0.1 log\n",
                     "space");
}

Point point_of(const std::string& units, const std::string& cell, const std::string& rate) {
  return space_of_units().point_of({{"units", units}, {"cell", cell}, {"learning-rate", rate}});
}

TEST(CostModel, LearnsWhatKnobsCost) {
  const auto start = point_of("64", "lstm", "0.01");
  const CostModel cost(space_of_units(),
                       {{start, 10.0},
                        {point_of("128", "lstm", "0.01"), 20.0},
                        {point_of("256", "lstm", "0.05"), 40.0},
                        {point_of("16", "lstm", "0.002"), 2.5},
                        {point_of("64", "gru", "0.01"), 30.0},
                        {point_of("128", "gru", "0.03"), 60.0},
                        {point_of("32", "lstm", "0.05"), 5.0}},
                       knob_marks());
  const auto times = [&](const Point& point) { return std::exp(cost.log_ratio(point, start)); };
  EXPECT_NEAR(times(point_of("256", "gru", "0.01")), 12.0, 2.0) << "never seen together";
  EXPECT_NEAR(times(point_of("64", "lstm", "0.1")), 1.0, 0.1) << "costs nothing";
  EXPECT_NEAR(times(start), 1.0, 1e-9);
}

TEST(CostModel, WhatWasNeverTurnedCostsNothing) {
  const auto start = point_of("64", "lstm", "0.01");
  const auto other = point_of("256", "rnn", "0.1");
  EXPECT_EQ(CostModel(space_of_units(), {}, knob_marks()).log_ratio(other, start), 0.0);
  EXPECT_EQ(CostModel(space_of_units(), {{start, 7.0}}, knob_marks()).log_ratio(other, start), 0.0);
}

TEST(CostModel, TellsTheSecondsOfAPoint) {
  const auto start = point_of("64", "lstm", "0.01"), twice = point_of("128", "lstm", "0.01");
  const CostModel cost(space_of_units(), {{start, 10.0}, {twice, 20.0}}, knob_marks());
  EXPECT_NEAR(cost.seconds(start), 10.0, 1.0);
  EXPECT_NEAR(cost.seconds(twice), 20.0, 2.0);
  EXPECT_GT(cost.seconds(point_of("256", "lstm", "0.01")), 25.0);
}

TEST(CostModel, GuessesThatSizesTakeTimeBeforeTheyWereTurned) {
  const auto space = parse_space("hidden-size = 32|64|128\nmax-length = 100..800\n", "space");
  const auto at = [&](const char* size, const char* length) {
    return space.point_of({{"hidden-size", size}, {"max-length", length}});
  };
  const auto start = at("64", "400");
  const CostModel cost(space, {{start, 100.0}}, knob_marks());
  EXPECT_NEAR(cost.seconds(start), 100.0, 1.0);
  EXPECT_NEAR(cost.seconds(at("32", "200")), 25.0, 1.0);
  EXPECT_NEAR(cost.log_ratio(at("128", "400"), start), std::log(2.0), 0.01);
  const CostModel taught(space,
                         {{start, 100.0},
                          {at("32", "400"), 100.0},
                          {at("128", "400"), 100.0},
                          {at("32", "200"), 100.0},
                          {at("128", "800"), 100.0}},
                         knob_marks());
  EXPECT_NEAR(taught.seconds(at("32", "400")), 100.0, 15.0) << "it learns better";
}

TEST(CostModel, TheLearningRateTakesNoTime) {
  const auto start = point_of("64", "lstm", "0.01"), other = point_of("128", "lstm", "0.1");
  const CostModel cost(space_of_units(), {{start, 10.0}, {other, 20.0}}, knob_marks());
  EXPECT_EQ(cost.log_ratio(point_of("64", "lstm", "0.1"), start), 0.0);
  EXPECT_NEAR(cost.log_ratio(point_of("128", "lstm", "0.01"), start), std::log(2.0), 0.2);
}

// The loss is the same everywhere, so that only the time is left to choose by.
TEST(CostModel, KeepsASamplerFromDearPoints) {
  const auto space = space_of_units();
  const auto start = point_of("64", "lstm", "0.01");
  const std::vector<TimedPoint> timed = {{start, 10.0},
                                         {point_of("256", "lstm", "0.01"), 100.0},
                                         {point_of("16", "lstm", "0.01"), 1.0}};
  const CostModel cost(space, timed, knob_marks());
  std::vector<Point> points;
  for (const auto& [point, seconds] : timed) points.push_back(point);
  const auto draws = [&](const TimePressure& pressure) {
    ParzenSampler sampler(space, start, 1);
    std::vector<Point> drawn;
    for (int draw = 10; draw < 110; ++draw) {
      drawn.push_back(sampler.propose(points, {}, draw, pressure));
    }
    return drawn;
  };
  const auto dear_ones = [&](const TimePressure& pressure) {
    return std::ranges::count_if(
        draws(pressure), [&](const Point& point) { return cost.log_ratio(point, start) > 0.1; });
  };
  EXPECT_LT(2 * dear_ones({.cost = &cost}), dear_ones({}));
  constexpr double kLeft = 11.0;
  const auto takes_longer = [&](const Point& point) { return cost.seconds(point) > kLeft; };
  EXPECT_GT(std::ranges::count_if(draws({}), takes_longer), 0);
  const TimePressure late = {.cost = &cost, .weight = 0.0, .most_seconds = kLeft};
  EXPECT_EQ(std::ranges::count_if(draws(late), takes_longer), 0) << "they would not be done";
}

}  // namespace
}  // namespace mnemo
