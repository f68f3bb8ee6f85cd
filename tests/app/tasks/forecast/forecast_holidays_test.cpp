#include "app/tasks/forecast/forecast_holidays.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/tasks/forecast/forecast_data.h"
#include "app/tasks/forecast/forecast_rows.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

const Warn kUnheard = [](const std::string&) {};

// Rows twelve hours apart from 2023-12-01 on, of 1 and on holidays of 5.
std::string half_days(int days, const char* first = "2023-12-01") {
  const auto begin = *parse_time(first, {.pattern = "%Y-%m-%d", .suffix = ""});
  std::string text = "time,y\n";
  for (int row = 0; row < 2 * days; ++row) {
    const auto time = begin + row * kDay / 2;
    text += fmt::format("{},{}\n", format_time(time, {.pattern = "%Y-%m-%d %H:%M", .suffix = ""}),
                        row % 14);
  }
  return text;
}

TrainForecastOptions options_with_holidays(const std::string& file) {
  auto options = preset_options(ForecastPreset::standard);
  options.train_file = file;
  options.targets = {"y"};
  options.holidays = {"AU"};
  options.model.lookback = 14;
  options.model.horizon = 4;
  return options;
}

TEST(ForecastHolidays, AreColumnsThatAreKnownOfRowsToCome) {
  const TestFolder folder;
  const auto file = folder.write("y.csv", half_days(150));
  const auto data = read_forecast_data(options_with_holidays(file), kUnheard);
  const auto& settings = data.settings;
  EXPECT_EQ(settings.model.model, ForecastModel::decoder);
  ASSERT_EQ(settings.holidays.size(), 1U);
  EXPECT_EQ(settings.holidays[0].words,
            (std::vector<std::string>{"none", "Christmas Day", "Boxing Day", "New Year's Day",
                                      "Australia Day"}))
      << "of December to the middle of March, which train";
  EXPECT_EQ(made_columns(settings)[0], "holiday AU");
  EXPECT_EQ(made_columns(settings)[1], "holiday AU name");
  EXPECT_EQ(settings.model.known.words[0], 0);
  EXPECT_EQ(settings.model.known.words[1], 6) << "and any other holiday";

  const auto column = data.rows->features.slice(1, 1, 3);  // (rows, 2) behind y
  const auto at = [&](int day, int64_t which) { return column[2 * day][which].item<double>(); };
  EXPECT_EQ(at(23, 0), 0.0);
  EXPECT_EQ(at(23, 1), 0.0);
  EXPECT_EQ(at(24, 0), 1.0) << "Christmas";
  EXPECT_EQ(at(24, 1), 1.0);
  EXPECT_EQ(column[49][1].item<double>(), 1.0) << "until midnight";
  EXPECT_EQ(at(31, 1), 3.0) << "New Year's Day";
  EXPECT_EQ(at(119, 0), 1.0) << "Good Friday, 2024-03-29";
  EXPECT_EQ(at(119, 1), 5.0) << "which no row to learn from is";
}

TEST(ForecastHolidays, BehindTheEndNeedNoRows) {
  const TestFolder folder;
  const auto file = folder.write("y.csv", half_days(150));
  const auto settings = read_forecast_data(options_with_holidays(file), kUnheard).settings;
  const auto table =
      read_table_for(settings, settings.table, folder.write("new.csv", half_days(24)), kUnheard);
  const std::vector<int64_t> end = {48};  // behind December 24
  const auto ahead = histories(make_rows(table, settings), end, settings.model)[0].slice(0, 14);
  EXPECT_TRUE(at::equal(ahead.select(1, 1), at::ones({4}, ahead.options())));
  EXPECT_EQ(ahead[1][2].item<double>(), 1.0) << "Christmas Day";
  EXPECT_EQ(ahead[2][2].item<double>(), 2.0) << "Boxing Day";
}

TEST(ForecastHolidays, AreCountedInRowsOfManyDays) {
  HolidayColumns place{.place = "AU", .source = "", .words = {"none", "a", "b"}};
  place.days = {10, 11, 40};
  place.numbers = {1, 2, 2};
  std::vector<double> row;
  append_holidays(0, {.months = 1}, std::vector{place}, row);
  EXPECT_EQ(row, (std::vector<double>{2.0, 1.0}));
  row.clear();
  append_holidays(11 * kDay, {.seconds = 7 * kDaySeconds}, std::vector{place}, row);
  EXPECT_EQ(row, (std::vector<double>{1.0, 2.0}));
  row.clear();
  append_holidays(12 * kDay, {.seconds = kDaySeconds}, std::vector{place}, row);
  EXPECT_EQ(row, (std::vector<double>{0.0, 0.0}));
}

TEST(ForecastHolidays, OfPlacesThatDoNotExistAreRefused) {
  const auto refusal = [](const std::vector<std::string>& places) {
    return message_of([&] { require_places(places); });
  };
  EXPECT_TRUE(contains(refusal({"AU-VIK"}), "did you mean \"AU-VIC\"?"));
  EXPECT_TRUE(contains(refusal({"australia"}), "did you mean \"AU\"?"));
  EXPECT_TRUE(contains(refusal({"AU", "NZ", "AU"}), "names AU twice"));
  EXPECT_NO_THROW(require_places(std::vector<std::string>{"AU", "AU-VIC"}));
}

TEST(ForecastHolidays, NeedTimes) {
  const TestFolder folder;
  std::string text = "y\n";
  for (int row = 0; row < 100; ++row) text += fmt::format("{}\n", row % 7);
  const auto options = options_with_holidays(folder.write("y.csv", text));
  EXPECT_TRUE(contains(message_of([&] { read_forecast_data(options, kUnheard); }),
                       "`holidays` needs a column of times"));
}

TEST(ForecastHolidays, WarnOfYearsThatTheTableLacks) {
  const TestFolder folder;
  std::string warned;
  const Warn warn = [&](const std::string& text) { warned += text; };
  read_forecast_data(options_with_holidays(folder.write("y.csv", half_days(150))), warn);
  EXPECT_FALSE(contains(warned, "the years whose holidays"));
  read_forecast_data(options_with_holidays(folder.write("y.csv", half_days(150, "1989-12-01"))),
                     warn);
  EXPECT_TRUE(contains(warned, "62 rows before 1990 or after 2040")) << warned;
  EXPECT_TRUE(contains(warned, "rows outside those years count as no holidays")) << warned;
}

TEST(ForecastHolidays, ComeBackFromJson) {
  const TestFolder folder;
  const auto file = folder.write("y.csv", half_days(150));
  const auto settings = read_forecast_data(options_with_holidays(file), kUnheard).settings;
  auto stored = to_json(settings);
  EXPECT_EQ(forecast_settings_from_json(stored, "test").holidays, settings.holidays);
  EXPECT_EQ(stored.at("holiday_columns"), nlohmann::json({"holiday AU", "holiday AU name"}));
  stored["holidays"][0]["numbers"][0] = 9;
  EXPECT_TRUE(contains(message_of([&] { forecast_settings_from_json(stored, "meta.json"); }),
                       "meta.json: the model's settings are not as expected"));
}

}  // namespace
}  // namespace mnemo
