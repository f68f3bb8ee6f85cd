#include "app/tasks/forecast/refits.h"

#include <gtest/gtest.h>

#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

// Forecasts how many rows the model was trained on.
class RowCounter : public ForecastScorer {
 public:
  explicit RowCounter(int64_t rows) : rows_(rows) {}
  RowUnits units() const override { return RowUnits::of_data; }
  at::Tensor forecast(const at::Tensor& history) const override {
    return at::full({history.size(0), 1, 1, 1}, static_cast<double>(rows_));
  }

 private:
  int64_t rows_;
};

ForecastSettings counter_settings() {
  ForecastSettings settings;
  settings.model.lookback = 2;
  settings.model.horizon = 1;
  settings.features = settings.targets = {"y"};
  settings.feature_scaling = settings.target_scaling = {{}};
  settings.seasonal_error = {1.0};
  complete_model(settings);
  return settings;
}

// A series that begins two moments after the other, of six rows each.
NumberTable shifted_table() {
  NumberTable table;
  table.columns = {"y"};
  table.values.assign(12, 0.0);
  table.series = {{.name = "a", .begin = 0, .end = 6}, {.name = "b", .begin = 6, .end = 12}};
  for (const int64_t first : {0, 2}) {
    for (int64_t row = 0; row < 6; ++row) table.times.push_back(100 * (first + row));
  }
  return table;
}

std::vector<int64_t> trained_rows_of(const NumberTable& table, std::vector<int64_t>& trainings) {
  const auto settings = counter_settings();
  const Refit refit = [&](const NumberTable& before) {
    trainings.push_back(before.rows());
    return ForecastPredictor{settings, std::make_unique<RowCounter>(before.rows())};
  };
  const PartWindows windows{.origins = {4, 5, 8, 9}, .series_begins = {0, 0, 6, 6}};
  const auto forecasts = forecast_by_refits(settings, table, windows, refit, {});
  return {forecasts.values.begin(), forecasts.values.end()};
}

TEST(Refits, TrainOnTheRowsOfAllSeriesBeforeEachMoment) {
  std::vector<int64_t> trainings;
  const auto rows = trained_rows_of(shifted_table(), trainings);
  // Rows 8 and 9 are of the moments 400 and 500, as rows 4 and 5 are.
  EXPECT_EQ(trainings, (std::vector<int64_t>{4 + 2, 5 + 3}));
  EXPECT_EQ(rows, (std::vector<int64_t>{6, 8, 6, 8}));
}

TEST(Refits, GoByTheNumberOfARowWithoutTimes) {
  auto table = shifted_table();
  table.times.clear();
  std::vector<int64_t> trainings;
  const auto rows = trained_rows_of(table, trainings);
  EXPECT_EQ(trainings, (std::vector<int64_t>{4, 6, 8, 10})) << "row 2 of the second is the first";
  EXPECT_EQ(rows, (std::vector<int64_t>{8, 10, 4, 6}));
}

TEST(Refits, NeedRowsToTrainOnBeforeThem) {
  const auto settings = counter_settings();  // two rows in and one out, and one to validate on
  std::string warned;
  const Warn warn = [&](const std::string& text) { warned += text; };
  const PartWindows windows{.origins = {2, 3, 4, 5, 8, 11}, .series_begins = {0, 0, 0, 0, 6, 6}};
  const auto table = shifted_table();
  const auto kept = windows_to_refit(settings, table, windows, warn);
  // Before row 8, of the moment 400, the other series has four rows.
  EXPECT_EQ(kept.origins, (std::vector<int64_t>{4, 5, 8, 11}));
  EXPECT_EQ(kept.series_begins, (std::vector<int64_t>{0, 0, 6, 6}));
  EXPECT_TRUE(contains(warned, "2 of 6 windows")) << warned;
  const PartWindows early{.origins = {2, 3}, .series_begins = {0, 0}};
  EXPECT_TRUE(contains(message_of([&] { windows_to_refit(settings, table, early, warn); }),
                       "`refit` has at most 3 rows of a series before each of the 2 windows"));
}

TEST(Refits, SayWhichRowsTheyFailedOn) {
  const Refit refit = [](const NumberTable&) -> ForecastPredictor { throw Error("no space"); };
  auto table = shifted_table();
  table.times.clear();
  const PartWindows windows{.origins = {4}, .series_begins = {0}};
  EXPECT_EQ(message_of([&] { forecast_by_refits(counter_settings(), table, windows, refit, {}); }),
            "`refit`: the training on the 8 rows before row 5 failed: no space");
}

TEST(Refits, SeriesWithoutRowsYetAreLeftOut) {
  const auto table = shifted_table();
  const auto before = rows_before(table, std::vector<int64_t>{0, 9});
  ASSERT_EQ(before.series.size(), 1U);
  EXPECT_EQ(before.series[0].name, "b");
  EXPECT_EQ(before.series[0].begin, 0);
  EXPECT_EQ(before.rows(), 3);
  EXPECT_EQ(before.times, (std::vector<int64_t>{200, 300, 400}));
}

}  // namespace
}  // namespace mnemo
