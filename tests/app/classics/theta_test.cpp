#include "app/classics/theta.h"

#include <gtest/gtest.h>

#include "tests/app/classics/classic_series.h"

namespace mnemo {
namespace {

// Smoothing is held to SimpleExpSmoothing(initialization_method="estimated") of statsmodels 0.15.0,
// on twice the series less its line.
TEST(Theta, IsTheMeanOfTheLineAndOfStatsmodelsSmoothing) {
  std::vector<double> forecast(3);
  forecast_by_theta(nile(), {}, forecast);
  EXPECT_NEAR(forecast[0], 832.0601, 1e-3);
  EXPECT_NEAR(forecast[1], 828.4266, 1e-3);
  EXPECT_NEAR(forecast[2], 824.7930, 1e-3);
}

// The same of the series less its season by seasonal_decompose(), and times that again.
TEST(Theta, TakesTheSeasonOutAndPutsItBack) {
  SeasonalDecomposition decomposition(12);
  for (const double value : airline_passengers()) decomposition.add(value);
  std::vector<double> forecast(6);
  forecast_by_theta(airline_passengers(), decomposition.indices(), forecast);
  const double wanted[] = {440.93362, 429.21471, 490.65382, 476.62178, 480.59268, 546.41206};
  for (size_t i = 0; i < forecast.size(); ++i) EXPECT_NEAR(forecast[i], wanted[i], 1e-3) << i;
}

TEST(Theta, ForecastsFewRowsToo) {
  std::vector<double> forecast(2);
  forecast_by_theta(std::vector<double>{5.0}, {}, forecast);
  EXPECT_EQ(forecast, (std::vector<double>{5.0, 5.0}));
  forecast_by_theta(std::vector<double>(9, 3.0), {}, forecast);
  EXPECT_NEAR(forecast[1], 3.0, 1e-12) << "of a constant";
}

TEST(Theta, SmoothsWithTheWeightOfLeastError) {
  auto values = nile();  // statsmodels finds the weight 0.291756 and this level
  EXPECT_NEAR(smooth_level(values).weight, 0.291756, 1e-4);
  EXPECT_NEAR(smooth_level(values).level, 848.0909, 1e-2);
  for (double& value : values) value += 1e6;
  EXPECT_NEAR(smooth_level(values).weight, 0.291756, 1e-4) << "however far from 0 it is";
}

}  // namespace
}  // namespace mnemo
