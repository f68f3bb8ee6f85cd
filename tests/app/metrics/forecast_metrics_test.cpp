#include "app/metrics/forecast_metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

// Two targets over a horizon of two, one window.
ForecastErrorCounter counted() {
  ForecastErrorCounter counter({{.name = "a", .scale = 2.0, .seasonal_error = 0.5},
                                {.name = "b", .scale = 10.0, .seasonal_error = 0.0}},
                               2);
  counter.add(0, 0, 1.0, 3.0);    // error 2
  counter.add(0, 1, 10.0, 0.0);   // error 10
  counter.add(1, 0, 4.0, 4.0);    // none
  counter.add(1, 1, 30.0, 20.0);  // error 10
  return counter;
}

TEST(ForecastErrors, AreMeansOverEverything) {
  const auto errors = counted().overall();
  EXPECT_DOUBLE_EQ(errors.mse, (4.0 + 100.0 + 0.0 + 100.0) / 4);
  EXPECT_DOUBLE_EQ(errors.mae, 22.0 / 4);
  EXPECT_DOUBLE_EQ(errors.rmse, std::sqrt(204.0 / 4));
  EXPECT_DOUBLE_EQ(*errors.mape, 100.0 * (2.0 / 3 + 0.0 + 0.5) / 3) << "an actual 0 has none";
  EXPECT_DOUBLE_EQ(errors.smape, 100.0 * (2 * 2.0 / 4 + 2.0 + 0.0 + 2 * 10.0 / 50) / 4);
  EXPECT_DOUBLE_EQ(*errors.mase, 1.0 / 0.5) << "of the target that has a seasonal error";
  EXPECT_DOUBLE_EQ(errors.scaled_mse, (1.0 + 1.0 + 0.0 + 1.0) / 4);
  EXPECT_DOUBLE_EQ(errors.scaled_mae, (1.0 + 1.0 + 0.0 + 1.0) / 4);
}

// M4's: Makridakis, Spiliotis and Assimakopoulos (2020), section 2.2.
TEST(ForecastErrors, AreWeighedBesideNaive2) {
  const ForecastErrors errors{.smape = 9.0, .mase = 1.2}, naive2{.smape = 12.0, .mase = 2.0};
  EXPECT_DOUBLE_EQ(*overall_weighted_average(errors, naive2), (0.75 + 0.6) / 2.0);
  EXPECT_DOUBLE_EQ(*overall_weighted_average(naive2, naive2), 1.0);
  EXPECT_FALSE(overall_weighted_average(errors, {.smape = 12.0, .mase = {}}));
  EXPECT_FALSE(overall_weighted_average(errors, {.smape = 0.0, .mase = 2.0}));
  EXPECT_FALSE(overall_weighted_average(errors, {.smape = 12.0, .mase = 0.0}));
}

TEST(ForecastErrors, AreToldByStepAndByTarget) {
  const auto counter = counted();
  EXPECT_DOUBLE_EQ(counter.of_step(0).mse, 52.0);
  EXPECT_DOUBLE_EQ(counter.of_step(1).mse, 50.0);
  EXPECT_DOUBLE_EQ(counter.of_target(0).mae, 1.0);
  EXPECT_DOUBLE_EQ(counter.of_target(1).scaled_mse, 1.0);
  EXPECT_FALSE(counter.of_target(1).mase.has_value());
}

ForecastMetrics metrics_with(double model_mse, double naive_mse) {
  ForecastMetrics metrics;
  metrics.part = "test";
  metrics.n = 1;
  metrics.season = 1;
  metrics.model.mse = model_mse;
  metrics.references = {
      {.key = "naive", .name = "naive", .in_words = "naive", .is_compared = true}};
  metrics.reference_errors = {ForecastErrors{.mse = naive_mse}};
  return metrics;
}

TEST(ForecastMetrics, SayWhenTheModelLosesToTheNaiveForecast) {
  EXPECT_TRUE(
      contains(to_text(metrics_with(2.0, 1.0)), "LOSES to the naive forecast: 100.0% more"));
  EXPECT_TRUE(contains(to_text(metrics_with(1.0, 4.0)), "75.0% less squared error than the naive"));
}

TEST(ForecastMetrics, SayWhenTheNaiveForecastIsPerfect) {
  EXPECT_TRUE(contains(to_text(metrics_with(2.0, 0.0)), "LOSES to the naive forecast, which is"));
  EXPECT_TRUE(contains(to_text(metrics_with(1.0, 1.0)), "as much squared error as the naive"));
}

TEST(ForecastMetrics, HaveTheJsonKeysThatScriptsRead) {
  const auto object = to_json(metrics_with(2.0, 1.0));
  for (const char* key : {"part", "n", "mse", "mae", "rmse", "smape", "mase", "scaled_mse", "owa",
                          "scaled_mae", "naive"}) {
    EXPECT_TRUE(object.contains(key)) << key;
  }
  EXPECT_EQ(object.at("naive").at("mse"), 1.0);
  EXPECT_EQ(object.at("references").at("naive"), "naive");
  EXPECT_TRUE(object.at("mase").is_null());
}

}  // namespace
}  // namespace mnemo
