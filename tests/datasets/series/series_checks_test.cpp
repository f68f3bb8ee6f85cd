#include "datasets/series/series_checks.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

std::string place_of(int64_t series, int64_t step, int64_t feature) {
  return fmt::format("{}/{}/{}", series, step, feature);
}

// Series of `lengths` steps with the features "a" and "b".
LabelledSeries two_features(const std::vector<int64_t>& lengths, std::vector<float> values) {
  LabelledSeries series;
  series.features = {"a", "b"};
  series.values = std::move(values);
  series.offsets = {0};
  for (const int64_t length : lengths) {
    series.offsets.push_back(series.offsets.back() + length);
    series.ids.push_back(std::to_string(series.ids.size() + 1));
  }
  return series;
}

TEST(FillMissing, DrawsStraightLinesWithinEachSeriesAndFeature) {
  LabelledSeries series = two_features({4, 3}, {1, kMissing,         //
                                                kMissing, 10,        //
                                                kMissing, kMissing,  //
                                                4, kMissing,         //
                                                kMissing, 7,         //
                                                8, kMissing,         //
                                                kMissing, 5});
  fill_missing(series, MissingSteps::interpolate, "x.ts", place_of);
  EXPECT_EQ(series.values, (std::vector<float>{1, 10, 2, 10, 3, 10, 4, 10,  //
                                               8, 7, 8, 6, 8, 5}));
  EXPECT_EQ(series.warnings,
            std::vector<std::string>{"x.ts: 8 missing values filled in from the neighbours (0/0/1; "
                                     "0/1/0; 0/2/0; ...)"});
}

TEST(FillMissing, StaysWithinWhatAFloatHolds) {
  constexpr float kMost = std::numeric_limits<float>::max();
  LabelledSeries series = two_features({3}, {-kMost, 0, kMissing, 0, kMost, 0});
  fill_missing(series, MissingSteps::interpolate, "x.ts", place_of);
  EXPECT_EQ(series.values[2], 0.0F);
}

TEST(FillMissing, NamesTheFirstPlacesAndCountsAll) {
  LabelledSeries series = two_features({1, 1}, {1, kMissing, kMissing, 2});
  const std::string message =
      message_of([&] { fill_missing(series, MissingSteps::fail, "x.ts", place_of); });
  EXPECT_TRUE(contains(message, "x.ts: 2 missing values (0/0/1; 1/0/0);"));
  EXPECT_TRUE(contains(message, "`missing` interpolate"));
}

TEST(FillMissing, RefusesAFeatureWithoutAnyValue) {
  LabelledSeries series = two_features({1, 2}, {1, 2, 3, kMissing, 4, kMissing});
  EXPECT_TRUE(contains(
      message_of([&] { fill_missing(series, MissingSteps::interpolate, "x.ts", place_of); }),
      "x.ts: feature \"b\" of series \"2\" has no value at all (from 1/0/1 on)"));
}

TEST(FillMissing, LeavesCompleteSeriesAlone) {
  LabelledSeries series = two_features({1}, {1, 2});
  fill_missing(series, MissingSteps::fail, "x.ts", place_of);
  EXPECT_TRUE(series.warnings.empty());
}

TEST(NumberFault, TellsInfinityFromWhatIsTooLarge) {
  EXPECT_TRUE(contains(std::string(number_fault(-HUGE_VAL)), "is infinite"));
  EXPECT_TRUE(contains(std::string(number_fault(-3.5e38)), "is larger than a 32-bit number"));
  EXPECT_EQ(number_fault(std::numeric_limits<float>::max()), "");
  EXPECT_EQ(number_fault(kMissing), "");
}

}  // namespace
}  // namespace mnemo
