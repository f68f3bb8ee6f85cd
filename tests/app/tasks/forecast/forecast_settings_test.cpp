#include "app/tasks/forecast/forecast_settings.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using nlohmann::json;

ForecastSettings sample_settings() {
  ForecastSettings settings;
  settings.model.lookback = 12;
  settings.model.horizon = 3;
  settings.features = {"a", "b"};
  settings.targets = {"b", "c"};
  settings.calendar = {CalendarPart::hour, CalendarPart::month};
  settings.quantiles = {0.1, 0.4, 0.8};
  settings.feature_scaling = {{1.0, 2.0}, {3.0, 4.0}};
  settings.target_scaling = {{3.0, 4.0}, {5.0, 6.0}};
  settings.season = 24;
  settings.seasonal_error = {0.5, 0.7};
  settings.split.rows = {10, 5, 5};
  settings.table.time_format = {"%d/%m/%Y", "Z"};
  settings.table.missing_markers = {"-999"};
  settings.table.quoting = Quoting::none;
  settings.step = {.seconds = 3600, .weekdays = kBusinessDays, .opens = 3600, .closes = 7200};
  return settings;
}

TEST(ForecastSettings, ComeBackFromJson) {
  const json stored = to_json(sample_settings());
  const auto settings = forecast_settings_from_json(stored, "test");
  EXPECT_EQ(to_json(settings), stored);
  EXPECT_EQ(settings.model.features, 6) << "two parts of the calendar are four columns";
  EXPECT_EQ(settings.model.target_columns, (std::vector<int64_t>{1, -1}));
  EXPECT_EQ(to_json(settings).at("calendar_columns"),
            json({"hour sin", "hour cos", "month sin", "month cos"}));
  EXPECT_EQ(settings.model.centre, 1) << "0.4 is nearest to the median";
}

// Runs of the first version lack this; no pattern meant seconds there.
TEST(ForecastSettings, OfOlderRunsAreRead) {
  json stored = to_json(sample_settings());
  for (const char* key : {"microseconds", "day", "weekdays", "opens", "closes"}) {
    stored["step"].erase(key);
  }
  for (const char* key : {"missing_markers", "found_decimal", "quoting", "header", "skip_lines"}) {
    stored["table"].erase(key);
  }
  stored["table"]["time_format"]["pattern"] = "";
  const auto settings = forecast_settings_from_json(stored, "test");
  EXPECT_EQ(settings.step, TimeStep{.seconds = 3600});
  EXPECT_EQ(settings.table.skip_lines, kAutomaticSkip);
  EXPECT_EQ(settings.table.time_format.pattern, kSecondsPattern);
}

// Numbers that would divide by zero or read past an end, whoever wrote them.
TEST(ForecastSettings, AreRefusedWhenTheyMakeNoSense) {
  const std::pair<const char*, json> changes[] = {
      {"/season", 0},
      {"/step/weekdays", 128},
      {"/step/seconds", -1},
      {"/model/segment", 0},
      {"/model/lookback", -24},
      {"/model/hidden_sizes", json::array()},
      {"/split/rows", {200}},
      {"/targets", json::array()},
      {"/target_scaling/0/scale", 0.0},
      {"/quantiles", {0.9, 0.1}},
      {"/feature_scaling", json::array()},
      {"/model/cell", "lstn"},
  };
  for (const auto& [place, value] : changes) {
    json stored = to_json(sample_settings());
    stored[json::json_pointer(place)] = value;
    EXPECT_TRUE(contains(message_of([&] { forecast_settings_from_json(stored, "meta.json"); }),
                         "meta.json: the model's settings are not as expected"))
        << place;
  }
}

}  // namespace
}  // namespace mnemo
