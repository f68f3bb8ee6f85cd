#include "app/tasks/forecast/forecast_data.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "app/tasks/forecast/forecast_objective.h"
#include "app/tasks/forecast/forecast_rows.h"
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

TEST(ForecastData, WhatIsKnownAheadIsDecodedRowByRow) {
  const TestFolder folder;
  std::string text = "time,y,promo\n";
  for (int row = 0; row < 600; ++row) {
    text += fmt::format("2024-01-{:02} {:02}:00,{},{}\n", 1 + row / 24, row % 24,
                        10.0 + std::sin(row * M_PI / 12.0), row % 7 == 0 ? 1 : 0);
  }
  auto options = preset_options(ForecastPreset::standard);
  options.train_file = folder.write("shop.csv", text);
  options.targets = {"y"};
  EXPECT_EQ(read_forecast_data(options, kIgnore).settings.model.model, ForecastModel::segments);
  options.known = {"promo"};
  const auto model = read_forecast_data(options, kIgnore).settings.model;
  EXPECT_EQ(model.model, ForecastModel::decoder);
  EXPECT_EQ(model.lookback, 72) << "a fifth of the training rows, in days";
  EXPECT_EQ(model.window_scaling, WindowScaling::standard);
  options.model.cell = Cell::transformer;
  EXPECT_EQ(read_forecast_data(options, kIgnore).settings.model.model, ForecastModel::segments);
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

TEST(ForecastData, CountsAreForecastAsNoneBelowZero) {
  const TestFolder folder;
  const auto non_negative = [&](const std::vector<std::string>& cycle) {
    std::string text = "y\n";
    for (size_t row = 0; row < 100; ++row) text += cycle[row % cycle.size()] + "\n";
    auto options = options_for(folder.write("y.csv", text));
    options.table.series_column.clear();
    return read_forecast_data(options, kIgnore).settings.model.non_negative;
  };
  EXPECT_TRUE(non_negative({"0", "0", "3", "0", "1"}));
  EXPECT_FALSE(non_negative({"0", "0", "3.5", "0", "1"}));
  EXPECT_FALSE(non_negative({"0", "-1", "3", "0", "1"}));
  EXPECT_FALSE(non_negative({"20", "25", "30"}));
}

TEST(ForecastData, TwentyRowsAreEnough) {
  const TestFolder folder;
  std::string text = "y\n";
  for (int row = 0; row < 20; ++row) text += fmt::format("{}\n", row * row % 7);
  auto options = options_for(folder.write("y.csv", text));
  options.table.series_column.clear();
  const auto data = read_forecast_data(options, kIgnore);
  EXPECT_EQ(data.settings.model.horizon, 3);
  EXPECT_GE(data.train.size(), 5U);
  EXPECT_FALSE(data.test.empty());
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

// 100 days of a target that follows promotions and weather, of one region.
std::string promotions(int days, int future = 0) {
  std::string text = "day,y,promo,weather,temp,region\n";
  for (int day = 0; day < days + future; ++day) {
    const bool promo = day % 5 == 0;
    text +=
        fmt::format("2024-{:02}-{:02},{},{},{},{},north\n", 1 + day / 28, 1 + day % 28,
                    day < days ? fmt::format("{}", promo ? 9 : 2) : "", promo ? 1 : 0,
                    day % 3 == 0 ? "sun" : "rain", day < days ? fmt::format("{}", day % 7) : "");
  }
  return text;
}

TrainForecastOptions knowing(const std::string& file) {
  auto options = options_for(file);
  options.table.series_column.clear();
  options.targets = {"y"};
  options.observed = {"temp"};
  options.known = {"promo", "weather"};
  options.statics = {"region"};
  options.model.lookback = options.model.segment = 7;
  options.model.horizon = 3;
  options.scale_by = ScaleBy::file;  // what is not known ahead stays 0 then
  return options;
}

TEST(ForecastData, KnowsColumnsAhead) {
  const TestFolder folder;
  const auto data = read_forecast_data(knowing(folder.write("y.csv", promotions(100))), kIgnore);
  const auto& settings = data.settings;
  EXPECT_EQ(settings.features, (std::vector<std::string>{"y", "temp"}));
  EXPECT_EQ(settings.known, (std::vector<std::string>{"region", "promo", "weather"}));
  const auto calendar = 2 * std::ssize(settings.calendar);
  EXPECT_GT(calendar, 0) << "what the calendar says is known, too";
  EXPECT_EQ(settings.model.features, 5 + calendar);
  std::vector<int64_t> words = {2, 0, 3};
  words.resize(static_cast<size_t>(3 + calendar), 0);
  EXPECT_EQ(settings.model.known.words, words);

  WindowBatches batches(data.rows, settings, {20}, 1, BatchOrder::sorted, 1, at::kCPU);
  batches.start_epoch(1);
  const auto values = batches.batch(0).inputs.values;  // (1, 10, F)
  ASSERT_EQ(values.size(1), 10);
  EXPECT_EQ(values[0].slice(0, 7).slice(1, 0, 2).abs().max().item<float>(), 0.0F);
  const auto promo = values[0].select(1, 3), weather = values[0].select(1, 4);
  EXPECT_GT(promo[7].item<float>(), promo[8].item<float>()) << "day 20 has one";
  EXPECT_EQ(weather[8].item<float>(), 0.0F) << "day 21 has sun";
  EXPECT_EQ(weather[9].item<float>(), 1.0F);
}

TEST(ForecastData, RowsToComeAreReadBehindTheEnd) {
  const TestFolder folder;
  const auto options = knowing(folder.write("y.csv", promotions(100)));
  const auto settings = read_forecast_data(options, kIgnore).settings;
  const auto read = [&](int future) {
    return read_table_for(settings, settings.table, folder.write("new.csv", promotions(50, future)),
                          kIgnore);
  };
  const std::vector<int64_t> end = {50};
  const auto rows = make_rows(read(3), settings);
  const auto ahead = histories(rows, end, settings.model)[0].slice(0, 7);  // (3, F)
  const auto promo = ahead.select(1, 3), weather = ahead.select(1, 4);
  EXPECT_GT(promo[0].item<float>(), promo[1].item<float>()) << "day 50 has one";
  EXPECT_EQ(weather[1].item<float>(), 0.0F) << "day 51 has sun";
  EXPECT_EQ(ahead.select(1, 2).abs().max().item<float>(), 0.0F) << "the region stays";
  const auto message =
      message_of([&] { histories(make_rows(read(2), settings), end, settings.model); });
  EXPECT_TRUE(contains(message, "of 3 rows to come 2 are known")) << message;
}

TEST(ForecastData, RefusesColumnsThatAreNamedTwice) {
  auto options = knowing("y.csv");
  options.out = "run";
  options.known.push_back("temp");
  EXPECT_TRUE(contains(message_of([&] { validate(options); }), "the column temp, which is named"));
  options.known = {"promo"};
  options.targets.clear();
  EXPECT_TRUE(contains(message_of([&] { validate(options); }), "needs `target`"));
}

}  // namespace
}  // namespace mnemo
