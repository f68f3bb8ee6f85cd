#include "app/tasks/forecast/seasonal_smoothing.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mnemo {
namespace {

at::Tensor row_of(std::vector<double> values) { return at::tensor(values, at::kDouble); }

TEST(SeasonalSmoothing, GoesOnWithLevelAndSeason) {
  const auto map = seasonal_smoothing(8, 6, 4, 0.3);
  EXPECT_EQ(map.sizes(), (std::vector<int64_t>{6, 8}));
  const auto forecast = map.mv(row_of({11, 15, 8, 6, 11, 15, 8, 6}));
  EXPECT_TRUE(at::allclose(forecast, row_of({11, 15, 8, 6, 11, 15})));
  EXPECT_TRUE(at::allclose(map.sum(1), at::ones({6}, at::kDouble))) << "a level is kept";
}

// 5 rows of a season of 2: the first one stands outside the whole seasons.
TEST(SeasonalSmoothing, IsBrownsRecursionWithoutTheSeason) {
  const std::vector<double> values = {5.0, 2.0, 4.0, 3.0, 6.0};
  const double smoothing = 0.4;
  // Places: the next row is even (2, 3), the one behind it odd (4, 6); the mean of both is 3.75.
  const double even = 2.5 - 3.75, odd = 5.0 - 3.75;
  const std::vector<double> season = {odd, even, odd, even, odd};
  double sum = 0.0, weights = 0.0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double weight = std::pow(1.0 - smoothing, static_cast<double>(values.size() - 1 - i));
    sum += weight * (values[i] - season[i]);
    weights += weight;
  }
  const auto forecast = seasonal_smoothing(5, 3, 2, smoothing).mv(row_of(values));
  const double level = sum / weights;
  EXPECT_TRUE(at::allclose(forecast, row_of({level + even, level + odd, level + even})));
}

TEST(SeasonalSmoothing, WithoutASeasonIsALevel) {
  for (const int64_t season : {0, 1, 9}) {
    const auto map = seasonal_smoothing(3, 2, season, 0.5);
    EXPECT_TRUE(at::allclose(map, row_of({1.0, 2.0, 4.0}).div(7.0).expand({2, 3}))) << season;
  }
}

}  // namespace
}  // namespace mnemo
