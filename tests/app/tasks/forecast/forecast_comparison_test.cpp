#include "app/tasks/forecast/forecast_comparison.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

// One step ahead of `targets`, season 2.
ForecastSettings compared_settings() {
  ForecastSettings settings;
  settings.model.lookback = 4;
  settings.model.horizon = 1;
  settings.targets = settings.features = {"y"};
  settings.target_scaling = settings.feature_scaling = {{0.0, 10.0}};
  settings.seasonal_error = {2.0};
  settings.season = 2;
  complete_model(settings);
  return settings;
}

// Two series of six rows; the second moves a hundred times as much.
NumberTable compared_table() {
  NumberTable table;
  table.series = {{.name = "small", .begin = 0, .end = 6},
                  {.name = "large", .begin = 6, .end = 12}};
  return table;
}

ForecastRows compared_rows() {
  return {.features = {},
          .targets = {1.0, 2.0, 3.0, 5.0, 4.0, 6.0, 100.0, 300.0, 200.0, 500.0, 100.0, 0.0}};
}

Forecasts said(double value) {
  return {.horizon = 1, .targets = 1, .outputs = 1, .values = {value}};
}

ForecastMetrics compared(const ForecastSettings& settings, const ForecastRows& rows) {
  const auto table = compared_table();
  ForecastComparison comparison(settings, rows, table);
  comparison.add(said(3.0), 0, 4, 0);     // 4 came
  comparison.add(said(8.0), 0, 5, 0);     // 6
  comparison.add(said(400.0), 0, 10, 6);  // 100
  comparison.add(said(100.0), 0, 11, 6);  // 0
  return comparison.metrics();
}

TEST(ForecastComparison, MeasuresEachSeriesByItsOwnSeasonalError) {
  auto settings = compared_settings();
  settings.series = {
      .names = {"large", "small"}, .seasonal_error = {{200.0}, {3.0}}, .scale = {{150.0}, {1.5}}};
  const auto metrics = compared(settings, compared_rows());
  ASSERT_EQ(metrics.by_series.size(), 2U);
  EXPECT_EQ(metrics.by_series[0].name, "small");
  EXPECT_EQ(metrics.by_series[1].windows, 2);
  EXPECT_DOUBLE_EQ(*metrics.by_series[0].model.mase, 1.5 / 3.0);
  EXPECT_DOUBLE_EQ(*metrics.by_series[1].model.mase, 200.0 / 200.0);
  EXPECT_DOUBLE_EQ(*metrics.model.mase, 0.75) << "the mean over series";
  EXPECT_DOUBLE_EQ(*metrics.errors_of("naive")->mase, (1.5 / 3.0 + 250.0 / 200.0) / 2.0);
  EXPECT_DOUBLE_EQ(metrics.by_series[0].model.scaled_mae, 1.0);
  EXPECT_FALSE(metrics.is_pooled);
  const auto object = to_json(metrics);
  EXPECT_TRUE(object.at("mse").is_null()) << "it would be that of the large series";
  EXPECT_EQ(object.at("across_series").at("mase").at("worst_series"), "large");
  EXPECT_DOUBLE_EQ(object.at("across_series").at("mase").at("spread"), 0.25);
  EXPECT_EQ(object.at("across_series").at("mape").at("series"), 2);
  EXPECT_EQ(object.at("by_series").at(1).at("model").at("mae"), 200.0);
  const auto text = to_text(metrics);
  EXPECT_TRUE(contains(text, "14.3% less mean MASE of the series than the naive forecast")) << text;
  EXPECT_FALSE(contains(text, "squared error than")) << text;
}

TEST(ForecastComparison, MeasuresAnUnknownSeriesByItsRowsBeforeTheForecasts) {
  auto settings = compared_settings();
  settings.series = {.names = {"other"}, .seasonal_error = {{1.0}}, .scale = {{1.0}}};
  const auto metrics = compared(settings, compared_rows());
  EXPECT_DOUBLE_EQ(*metrics.by_series[0].model.mase, 1.5 / 2.5) << "of 1 2 3 5: 2 and 3";
}

// M4 divides means over series; each series has an OWA of its own besides. Nothing here has a
// season, so that Naive2 is the naive forecast.
TEST(ForecastComparison, WeighsErrorsBesideNaive2AsM4Does) {
  auto settings = compared_settings();
  settings.series = {
      .names = {"small", "large"}, .seasonal_error = {{3.0}, {200.0}}, .scale = {{1.5}, {150.0}}};
  const auto metrics = compared(settings, compared_rows());
  const auto& naive = *metrics.errors_of("naive2");
  EXPECT_DOUBLE_EQ(*naive.owa, 1.0);
  EXPECT_DOUBLE_EQ(*metrics.model.owa,
                   (metrics.model.smape / naive.smape + *metrics.model.mase / *naive.mase) / 2.0);
  const double small_smape = 100.0 * (2.0 / 7.0 + 4.0 / 14.0) / 2.0;
  const double small_naive = 100.0 * (2.0 / 9.0 + 4.0 / 10.0) / 2.0;
  EXPECT_DOUBLE_EQ(*metrics.by_series[0].model.owa, (small_smape / small_naive + 1.5 / 1.5) / 2.0);
  const auto object = to_json(metrics);
  EXPECT_EQ(object.at("across_series").at("owa").at("series"), 2);
  EXPECT_TRUE(object.at("by_step").at(0).at("owa").is_number());
}

// Two seasons suggest themselves of hours, and each has its naive forecast.
TEST(ForecastComparison, ComparesWithEachSeasonThatTheStepSuggests) {
  auto settings = compared_settings();
  settings.season = 24;
  settings.step = {.seconds = 3600};
  complete_model(settings);
  std::vector<std::string> names;
  for (const auto& classic : all_classics(settings)) names.push_back(name_of(classic));
  EXPECT_EQ(names, (std::vector<std::string>{"naive", "seasonal naive (24)", "seasonal naive (168)",
                                             "Naive2", "drift", "Theta", "ETS"}));
  NumberTable table;
  table.series = {{.name = "", .begin = 0, .end = 400}};
  ForecastRows rows;
  for (int i = 0; i < 400; ++i) rows.targets.push_back(i % 168 + (i % 24 == 3 ? 50.0 : 0.0));
  ForecastComparison comparison(settings, rows, table, all_classics(settings));
  for (const int64_t origin : {360, 380, 399}) comparison.add(said(100.0), 0, origin, 0);
  const auto metrics = comparison.metrics();
  EXPECT_EQ(metrics.errors_of("seasonal_naive_168")->mae, 0.0);
  EXPECT_GT(metrics.errors_of("seasonal_naive")->mae, 1.0);
  const auto object = to_json(metrics);
  for (const char* key : {"drift", "theta", "ets", "naive2"}) {
    EXPECT_TRUE(object.at(key).at("mae").is_number()) << key;
  }
  EXPECT_TRUE(contains(to_text(metrics), "\nseasonal naive (168)"));
}

TEST(ForecastComparison, CountsTheSeriesThatAFigureLeavesOut) {
  auto settings = compared_settings();
  settings.series = {
      .names = {"small", "large"}, .seasonal_error = {{0.0}, {200.0}}, .scale = {{1.0}, {150.0}}};
  const auto metrics = compared(settings, compared_rows());
  EXPECT_DOUBLE_EQ(*metrics.model.mase, 1.0) << "of the one that has a seasonal error";
  EXPECT_EQ(to_json(metrics).at("across_series").at("mase").at("series"), 1);
  EXPECT_TRUE(contains(to_text(metrics), "large (1 of 2 series)"));
}

TEST(ForecastComparison, QuantilesWithoutAMedianAreNoPointForecasts) {
  auto settings = compared_settings();
  settings.quantiles = {0.1, 0.9};
  complete_model(settings);
  NumberTable table;
  table.series = {{.name = "", .begin = 0, .end = 6}};
  const ForecastRows rows = {.features = {}, .targets = {1.0, 2.0, 3.0, 5.0, 4.0, 6.0}};
  ForecastComparison comparison(settings, rows, table);
  comparison.add({.horizon = 1, .targets = 1, .outputs = 2, .values = {2.0, 9.0}}, 0, 5, 0);
  const auto metrics = comparison.metrics();
  EXPECT_NEAR(*metrics.model.pinball, (0.1 * 4.0 + 0.1 * 3.0) / 2.0, 1e-12);
  EXPECT_NEAR(*metrics.errors_of("naive")->pinball, (0.1 * 2.0 + 0.9 * 2.0) / 2.0, 1e-12);
  EXPECT_EQ(metrics.coverage.at(0).share, 1.0);
  EXPECT_EQ(metrics.coverage.at(0).width, 7.0);
  const auto text = to_text(metrics);
  EXPECT_TRUE(contains(text, "65.0% less pinball loss than the naive forecast")) << text;
  EXPECT_FALSE(contains(text, "LOSES")) << text;
}

TEST(ForecastComparison, SquaredErrorIsNoHeadlineOfTargetsOnUnlikeScales) {
  auto settings = compared_settings();
  settings.targets = settings.features = {"y", "z"};
  settings.target_scaling = settings.feature_scaling = {{0.0, 1.0}, {0.0, 1000.0}};
  settings.seasonal_error = {2.0, 0.0};
  complete_model(settings);
  NumberTable table;
  table.series = {{.name = "", .begin = 0, .end = 3}};
  const ForecastRows rows = {.features = {}, .targets = {1.0, 0.0, 2.0, 0.0, 3.0, 0.0}};
  ForecastComparison comparison(settings, rows, table);
  comparison.add({.horizon = 1, .targets = 2, .outputs = 1, .values = {3.0, 10.0}}, 0, 2, 0);
  const auto text = to_text(comparison.metrics());
  EXPECT_TRUE(contains(text, "less scaled squared error than the naive forecast")) << text;
  EXPECT_TRUE(contains(text, "MASE of 1 of 2 targets")) << text;
  EXPECT_TRUE(contains(text, "MAPE of 1 of 2 values")) << text;
}

}  // namespace
}  // namespace mnemo
