#include "app/search/knob_regression.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mnemo {
namespace {

SearchSpace space_of_rates() {
  return parse_space("rate = 0.0..1.0\ncell = a|b|c\nnothing = 0.0..1.0\n", "space");
}

Point point_of(double rate, const char* cell, double nothing) {
  const auto space = space_of_rates();
  return {rate, space.knobs()[1].coordinate_of(cell), nothing};
}

double value_of(const Point& point) {
  return std::pow(point[0] - 0.7, 2) +
         (space_of_rates().knobs()[1].choice_at(point[1]) == 1 ? 0.5 : 0.0);
}

TEST(KnobRegression, FindsWhatEachKnobAdds) {
  std::vector<Point> points;
  std::vector<double> values;
  for (const double rate : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    for (const char* cell : {"a", "b", "c"}) {
      points.push_back(point_of(rate, cell, std::fmod(7.3 * rate + 0.4 * double(*cell), 1.0)));
      values.push_back(value_of(points.back()));
    }
  }
  const KnobRegression regression(space_of_rates(), points, values, {.noise = 0.01});
  const auto seen = point_of(0.7, "a", 0.3), elsewhere = point_of(0.1, "b", 0.9);
  EXPECT_NEAR(regression.at(seen).mean, value_of(seen), 0.01);
  EXPECT_NEAR(regression.difference(elsewhere, seen), value_of(elsewhere) - value_of(seen), 0.02);
}

TEST(KnobRegression, IsTheLessSureTheFartherFromWhatWasMeasured) {
  const auto start = point_of(0.5, "a", 0.5);
  const KnobRegression regression(space_of_rates(), {start, point_of(0.6, "a", 0.5)}, {0.3, 0.2},
                                  {.noise = 0.1});
  EXPECT_NEAR(regression.at(start).deviation, 0.13, 0.02);
  EXPECT_GT(regression.at(point_of(0.5, "c", 0.5)).deviation, 0.4) << "never turned";
  EXPECT_NEAR(regression.at(point_of(0.5, "a", 1.0)).mean, regression.at(start).mean, 1e-9);
}

TEST(KnobRegression, WithoutMeasurementsNothingDiffers) {
  const KnobRegression regression(space_of_rates(), {}, {}, {});
  EXPECT_EQ(regression.difference(point_of(0.1, "a", 0.9), point_of(0.9, "c", 0.1)), 0.0);
}

}  // namespace
}  // namespace mnemo
