#include "app/classics/classic_forecasts.h"

#include <gtest/gtest.h>

#include "tests/app/classics/classic_series.h"

namespace mnemo {
namespace {

std::vector<double> forecast_of(const Classic& classic, const std::vector<double>& values,
                                int64_t horizon) {
  ClassicForecasts forecasts({classic});
  for (const double value : values) forecasts.add(value);
  return forecasts.forecast(horizon);
}

TEST(ClassicForecasts, RepeatTheLastValueOrSeason) {
  const std::vector<double> values = {1.0, 2.0, 3.0, 4.0, 5.0};
  EXPECT_EQ(forecast_of({ClassicMethod::naive, 1}, values, 2), (std::vector<double>{5.0, 5.0}));
  EXPECT_EQ(forecast_of({ClassicMethod::seasonal_naive, 3}, values, 4),
            (std::vector<double>{3.0, 4.0, 5.0, 3.0}));
  EXPECT_EQ(forecast_of({ClassicMethod::seasonal_naive, 7}, values, 3),
            (std::vector<double>{5.0, 5.0, 1.0}))
      << "what is before the first row is the last value";
}

// RandomWalkWithDrift of statsforecast 2.1.1: 432 + h (432 - 112) / 143.
TEST(ClassicForecasts, DriftAlongTheLineThroughTheFirstAndTheLastValue) {
  const auto forecast = forecast_of({ClassicMethod::drift, 1}, airline_passengers(), 3);
  EXPECT_NEAR(forecast[0], 434.237762, 1e-6);
  EXPECT_NEAR(forecast[2], 438.713287, 1e-6);
  EXPECT_EQ(forecast_of({ClassicMethod::drift, 1}, {4.0}, 1), std::vector<double>{4.0});
}

// The last value over its index of 0.8988244, times those of January to April; see
// seasonal_decomposition_test.cpp.
TEST(ClassicForecasts, Naive2IsNaiveWithoutTheSeason) {
  const auto forecast = forecast_of({ClassicMethod::naive2, 12}, airline_passengers(), 4);
  const double last = 432.0 / 0.8988244;
  EXPECT_NEAR(forecast[0], last * 0.9102304, 1e-4);
  EXPECT_NEAR(forecast[3], last * 0.9759060, 1e-4);
  EXPECT_EQ(forecast_of({ClassicMethod::naive2, 12}, nile(), 2),
            forecast_of({ClassicMethod::naive, 1}, nile(), 2))
      << "where there is no season";
}

TEST(ClassicForecasts, StandOneAfterAnother) {
  ClassicForecasts forecasts(
      {{ClassicMethod::naive, 1}, {ClassicMethod::theta, 12}, {ClassicMethod::smoothing, 12}});
  for (const double value : airline_passengers()) forecasts.add(value);
  const auto all = forecasts.forecast(2);
  ASSERT_EQ(all.size(), 6U);
  EXPECT_EQ(all[1], 432.0);
  EXPECT_NEAR(all[3], 429.21471, 1e-3);
  EXPECT_NEAR(all[4], 446.71649, 1e-2);
  EXPECT_EQ(name_of({ClassicMethod::seasonal_naive, 24}), "seasonal naive (24)");
}

}  // namespace
}  // namespace mnemo
