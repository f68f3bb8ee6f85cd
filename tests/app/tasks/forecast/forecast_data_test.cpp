#include "app/tasks/forecast/forecast_data.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "app/tasks/forecast/forecast_objective.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

const Warn kIgnore = [](const std::string&) {};

// Series of unlike levels, hourly, `rows` each: a wave of 24 rows at each level.
std::string waves(const std::vector<double>& levels, int rows) {
  std::string text = "id,time,y\n";
  for (size_t i = 0; i < levels.size(); ++i) {
    for (int row = 0; row < rows; ++row) {
      text += fmt::format("s{},2024-01-{:02} {:02}:00,{}\n", i, 1 + row / 24, row % 24,
                          levels[i] * (1.0 + 0.1 * std::sin(row * M_PI / 12.0)));
    }
  }
  return text;
}

TrainForecastOptions options_for(const std::string& file) {
  auto options = preset_options(ForecastPreset::standard);
  options.train_file = file;
  options.table.series_column = "id";
  return options;
}

TEST(ForecastData, ScalesEachOfSeveralSeriesByItself) {
  const TestFolder folder;
  auto options = options_for(folder.write("waves.csv", waves({1.0, 1e5}, 200)));
  const auto data = read_forecast_data(options, kIgnore);
  EXPECT_EQ(data.settings.model.window_scaling, WindowScaling::standard);
  EXPECT_EQ(data.settings.season, 24);
  EXPECT_EQ(data.settings.series.names, (std::vector<std::string>{"s0", "s1"}));
  EXPECT_NEAR(data.settings.series.scale[1][0] / data.settings.series.scale[0][0], 1e5, 1.0);

  WindowBatches batches(data.rows, data.settings, {data.train.front(), data.train.back()}, 2,
                        BatchOrder::sorted, 1, at::kCPU);
  batches.start_epoch(1);
  const auto batch = batches.batch(0);
  EXPECT_EQ(batch.inputs.values.scalar_type(), at::kFloat);
  EXPECT_LT(batch.targets.abs().max().item<float>(), 3.0F);
  const auto spread = batch.inputs.values.std({1}, /*unbiased=*/false).flatten();
  EXPECT_TRUE(at::allclose(spread, at::ones({2}), 1e-4)) << spread;

  options.scale_by = ScaleBy::file;
  EXPECT_EQ(read_forecast_data(options, kIgnore).settings.model.window_scaling,
            WindowScaling::none);
  options.scale_by = ScaleBy::series;
  options.scaler = ScalerKind::minmax;
  EXPECT_EQ(read_forecast_data(options, kIgnore).settings.model.window_scaling,
            WindowScaling::minmax);
}

TEST(ForecastData, ScalesOneSeriesByTheFile) {
  const TestFolder folder;
  auto options = options_for(folder.write("wave.csv", waves({3.0}, 200)));
  EXPECT_EQ(read_forecast_data(options, kIgnore).settings.model.window_scaling,
            WindowScaling::none);
  options.table.series_column.clear();
  options.targets = {"y"};
  EXPECT_TRUE(read_forecast_data(options, kIgnore).settings.series.names.empty());
}

TEST(ForecastData, AResumedTrainingKeepsItsSeasonAndScale) {
  const TestFolder folder;
  auto options = options_for(folder.write("waves.csv", waves({1.0, 1e5}, 200)));
  options.resumed = ResumedForecast{.season = 11, .window_scaling = WindowScaling::none};
  const auto data = read_forecast_data(options, kIgnore);
  EXPECT_EQ(data.settings.season, 11);
  EXPECT_EQ(data.settings.model.horizon, 11);
  EXPECT_EQ(data.settings.model.window_scaling, WindowScaling::none);
}

TEST(ForecastData, AConstantIsForecastAsItIs) {
  const TestFolder folder;
  std::string text = "y\n";
  for (int row = 0; row < 100; ++row) text += "0.001\n";
  auto options = options_for(folder.write("constant.csv", text));
  options.table.series_column.clear();
  const auto data = read_forecast_data(options, kIgnore);
  EXPECT_EQ(data.settings.target_scaling[0].offset, 0.001);
  EXPECT_LE(data.settings.target_scaling[0].scale, 1e-11) << "whatever the layers say";
}

// The look-back of the longest series would leave all others out.
TEST(ForecastData, ChoosesALookbackThatMostSeriesHaveRoomFor) {
  const TestFolder folder;
  std::string text = waves({1.0, 2.0, 3.0, 4.0}, 90);
  for (int row = 0; row < 700; ++row) {
    text += fmt::format("long,2024-01-{:02} {:02}:00,{}\n", 1 + row / 24, row % 24, row % 24);
  }
  const auto data = read_forecast_data(options_for(folder.write("many.csv", text)), kIgnore);
  EXPECT_LE(data.settings.model.lookback + data.settings.model.horizon, 64);
}

}  // namespace
}  // namespace mnemo
