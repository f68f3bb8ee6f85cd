#include "app/tasks/forecast/forecast_parts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "app/tasks/forecast/forecast_rows.h"
#include "app/tasks/forecast/seen_rows.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

ForecastSettings parts_settings() {
  ForecastSettings settings;
  settings.model = {.lookback = 10, .horizon = 5};
  settings.features = settings.targets = {"y"};
  return settings;
}

enum class Timed { yes, no };

// Two series of `rows` rows each, which do not repeat.
NumberTable parts_table(int64_t rows, Timed timed, double factor = 1.0) {
  NumberTable table;
  table.columns = {"y"};
  for (int64_t series = 0; series < 2; ++series) {
    table.series.push_back(
        {.name = series == 0 ? "a" : "b", .begin = series * rows, .end = (series + 1) * rows});
    for (int64_t row = 0; row < rows; ++row) {
      table.values.push_back(factor * std::sin(static_cast<double>(row * row + series)));
      if (timed == Timed::yes) table.times.push_back(3600 * kSecond * row);
    }
  }
  table.sha256 = "rows " + std::to_string(rows);
  return table;
}

class PartWindowsTest : public testing::TestWithParam<Timed> {
 protected:
  // A model trained on 100 rows of each series, of which 20 are its test part.
  TrainedRows trained() const {
    const auto table = parts_table(100, GetParam());
    const auto parts = split_table(table, settings_.split, settings_.model.horizon);
    return {.sha256 = table.sha256, .seen = sketch_seen_rows(table, settings_, parts)};
  }
  PartWindows windows(const NumberTable& table, RequestedPart part = RequestedPart::automatic) {
    warnings_.clear();
    return windows_of_part(table, settings_, part, trained(), "now.csv",
                           [&](const std::string& text) { warnings_.push_back(text); });
  }

  ForecastSettings settings_ = parts_settings();
  std::vector<std::string> warnings_;
};

TEST_P(PartWindowsTest, RowsTrainedOnAreNotForecastInAFileThatHasGrown) {
  const auto found = windows(parts_table(150, GetParam()));
  EXPECT_EQ(found.part, RequestedPart::unseen);
  EXPECT_EQ(found.origins.front(), 80) << "behind the training and validation part";
  EXPECT_EQ(found.origins.size(), 2U * (150 - 80 - 5 + 1));
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_NE(warnings_[0].find("160 of its 300 rows"), std::string::npos) << warnings_[0];
}

TEST_P(PartWindowsTest, AllCountsThemAndSaysSo) {
  const auto found = windows(parts_table(150, GetParam()), RequestedPart::all);
  EXPECT_EQ(found.origins.size(), 2U * (150 - 10 - 5 + 1));
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_NE(warnings_[0].find("are counted"), std::string::npos) << warnings_[0];
}

TEST_P(PartWindowsTest, TheFileItselfHasItsTestPart) {
  const auto found = windows(parts_table(100, GetParam()));
  EXPECT_EQ(found.part, RequestedPart::test);
  EXPECT_EQ(found.origins.front(), 80);
  EXPECT_TRUE(warnings_.empty());
  EXPECT_EQ(windows(parts_table(100, GetParam()), RequestedPart::unseen).origins, found.origins);
}

TEST_P(PartWindowsTest, OtherRowsAreAllForecast) {
  const auto found = windows(parts_table(150, GetParam(), 1.5));
  EXPECT_EQ(found.part, RequestedPart::all);
  EXPECT_EQ(found.origins.front(), 10);
  EXPECT_TRUE(warnings_.empty());
  EXPECT_THROW(windows(parts_table(150, GetParam(), 1.5), RequestedPart::test), UsageError);
}

INSTANTIATE_TEST_SUITE_P(Times, PartWindowsTest, testing::Values(Timed::yes, Timed::no));

TEST(TrainedRows, AreThoseOfMetaAndUnknownOfOlderRuns) {
  const nlohmann::json meta = {{"data", {{"train_file_sha256", "abc"}}},
                               {"seen_rows", "00000000000000ff"}};
  EXPECT_EQ(trained_rows(meta).sha256, "abc");
  EXPECT_TRUE(trained_rows(meta).seen.contains(255));
  EXPECT_TRUE(trained_rows(nlohmann::json::object()).seen.is_empty());
}

}  // namespace
}  // namespace mnemo
