#include "app/search/parzen_sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "app/search/importance.h"

namespace mnemo {
namespace {

SearchSpace space_of_knobs() {
  return parse_space("rate = 0.0..1.0\nunits = 0.0..1.0\ncell = a|b|c\nnothing = 0.0..1.0\n", "s");
}

// Lowest at rate 0.8, units 0.2, cell c; `nothing` does nothing.
double loss_at(const SearchSpace& space, const Point& point) {
  return std::pow(point[0] - 0.8, 2) + std::pow(point[1] - 0.2, 2) +
         (space.knobs()[2].choice_at(point[2]) == 2 ? 0.0 : 0.3);
}

struct Tried {
  Point point;
  double loss;
};

std::vector<Point> ranked(std::vector<Tried> tried) {
  std::ranges::stable_sort(tried, {}, &Tried::loss);
  std::vector<Point> points;
  for (const auto& one : tried) points.push_back(one.point);
  return points;
}

enum class Memory { keeps, forgets };

std::vector<Tried> search(uint64_t seed, int trials, Memory memory = Memory::keeps) {
  const auto space = space_of_knobs();
  ParzenSampler sampler(space, {0.5, 0.5, 0.1, 0.5}, seed);
  std::vector<Tried> tried;
  for (int i = 0; i < trials; ++i) {
    const auto known = memory == Memory::keeps ? ranked(tried) : std::vector<Point>();
    const auto point = sampler.propose(known, {}, i);
    tried.push_back({point, loss_at(space, point)});
  }
  return tried;
}

double best_loss(const std::vector<Tried>& tried) {
  return std::ranges::min_element(tried, {}, &Tried::loss)->loss;
}

TEST(ParzenSampler, StaysWithinTheSpaceAndChangesSomething) {
  for (const auto& [point, loss] : search(3, 60)) {
    ASSERT_EQ(point.size(), 4U);
    for (const double coordinate : point) {
      EXPECT_GE(coordinate, 0.0);
      EXPECT_LE(coordinate, 1.0);
    }
    EXPECT_NE(point, (Point{0.5, 0.5, 0.1, 0.5}));
  }
}

TEST(ParzenSampler, TurnsTheFirstKnobUpAndDownFirst) {
  const auto places = [](const char* line, const char* start, int64_t place) {
    const auto space = parse_space(std::string(line) + "\nrate = 0.0..1.0\n", "space");
    const Point from = {space.knobs()[0].coordinate_of(start), 0.5};
    std::set<std::string> values;
    for (uint64_t seed = 1; seed <= 20; ++seed) {
      ParzenSampler sampler(space, from, seed);
      values.insert(space.knobs()[0].value_at(sampler.propose({}, {}, place)[0]));
    }
    return values;
  };
  const auto only = [](const char* value) { return std::set<std::string>{value}; };
  EXPECT_EQ(places("units = 16|32|64", "32", 0), only("64"));
  EXPECT_EQ(places("units = 16|32|64", "32", 1), only("16"));
  EXPECT_EQ(places("units = 16|32|64", "32", 2), only("64"));
  EXPECT_EQ(places("layers = 1..3", "2", 0), only("3")) << "a number that is rounded";
  EXPECT_EQ(places("layers = 1..3", "2", 1), only("1"));
}

TEST(ParzenSampler, FindsBetterPointsThanDrawsThatDoNotLearn) {
  std::vector<double> learnt, blind;
  for (uint64_t seed = 1; seed <= 15; ++seed) {
    learnt.push_back(best_loss(search(seed, 40)));
    blind.push_back(best_loss(search(seed, 40, Memory::forgets)));
  }
  std::ranges::sort(learnt);
  std::ranges::sort(blind);
  EXPECT_LT(learnt[7], 0.5 * blind[7]) << "the medians";
}

// Values that nobody tried come earlier next to a good one than next to bad ones.
TEST(ParzenSampler, OrderedChoicesAreTriedNearGoodOnes) {
  const auto space = parse_space("units = 16|32|64|128|256|512|1024\n", "space");
  const auto at = [&](const char* units) { return Point{space.knobs()[0].coordinate_of(units)}; };
  ParzenSampler sampler(space, at("128"), 1);
  int near_good = 0, near_bad = 0;
  for (int draw = 10; draw < 210; ++draw) {
    const auto drawn = sampler.propose({at("128"), at("16"), at("1024")}, {}, draw);
    const auto place = space.knobs()[0].choice_at(drawn[0]);
    near_good += place == 2 || place == 4 ? 1 : 0;
    near_bad += place == 1 || place == 5 ? 1 : 0;
  }
  EXPECT_GT(near_good, 2 * near_bad);
}

// Knob "a" is in every good point, and "b" only where "a" is not: the densities alone take a point
// with both for as far from the bad ones as one with "a" alone.
TEST(ParzenSampler, LearnsWhichOfTheKnobsThatChangedTogetherDidHarm) {
  const auto space = parse_space("a = 0|1\nb = 0|1\nc = 0|1\nd = 0|1\ne = 0|1\n", "space");
  const auto at = [&](const char* a, const char* b, const char* c, const char* d, const char* e) {
    return space.point_of({{"a", a}, {"b", b}, {"c", c}, {"d", d}, {"e", e}});
  };
  const Point start = at("0", "0", "0", "0", "0");
  const std::vector<Point> points = {at("1", "0", "1", "0", "0"), at("1", "0", "0", "1", "0"),
                                     at("1", "0", "0", "0", "1"), start,
                                     at("0", "0", "0", "1", "1"), at("0", "1", "1", "0", "0"),
                                     at("0", "1", "0", "1", "0"), at("0", "1", "0", "0", "1")};
  ParzenSampler sampler(space, start, 1);
  int good = 0, bad = 0;
  for (int draw = 10; draw < 110; ++draw) {
    const auto settings = space.settings_at(sampler.propose(points, {}, draw));
    good += settings.at("a") == "1" ? 1 : 0;
    bad += settings.at("b") == "1" ? 1 : 0;
  }
  EXPECT_GT(good, 95);
  EXPECT_LT(bad, 5);
}

TEST(ParzenSampler, ProposesTheSameForTheSameSeedAndPlace) {
  const auto whole = search(5, 20);
  std::vector<Tried> first(whole.begin(), whole.begin() + 12);
  ParzenSampler again(space_of_knobs(), {0.5, 0.5, 0.1, 0.5}, 5);
  EXPECT_EQ(again.propose(ranked(first), {}, 12), whole[12].point) << "as after an interruption";
  ParzenSampler other(space_of_knobs(), {0.5, 0.5, 0.1, 0.5}, 6);
  EXPECT_NE(other.propose(ranked(first), {}, 12), whole[12].point);
}

TEST(Importance, KnobsThatMatterStandAboveThoseThatDoNot) {
  const auto space = space_of_knobs();
  const auto importances = knob_importances(space, ranked(search(2, 200, Memory::forgets)));
  ASSERT_EQ(importances.size(), 4U);
  double sum = 0.0;
  for (const auto& importance : importances) sum += importance.share;
  EXPECT_NEAR(sum, 1.0, 1e-9);
  EXPECT_EQ(importances.back().knob, "nothing");
  EXPECT_EQ(importances.front().knob, "cell");
  EXPECT_TRUE(importances.front().is_told_from_chance);
  EXPECT_FALSE(importances.back().is_told_from_chance);
  EXPECT_LE(importances.front().low, importances.front().share);
  EXPECT_GE(importances.front().high, importances.front().share);
}

TEST(Importance, FewPointsSayNothing) {
  EXPECT_TRUE(knob_importances(space_of_knobs(), ranked(search(2, 19))).empty());
}

}  // namespace
}  // namespace mnemo
