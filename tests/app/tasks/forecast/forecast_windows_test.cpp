#include "app/tasks/forecast/forecast_windows.h"

#include <gtest/gtest.h>

namespace mnemo {
namespace {

// Two series, of ten windows and of four.
PartWindows two_series() {
  PartWindows windows;
  for (int64_t origin = 10; origin < 20; ++origin) windows.origins.push_back(origin);
  windows.series_begins.assign(10, 0);
  for (int64_t origin = 40; origin < 44; ++origin) windows.origins.push_back(origin);
  windows.series_begins.resize(14, 30);
  return windows;
}

TEST(StridedWindows, AreSoManyRowsApartFromTheFirstOn) {
  const auto windows = strided(two_series(), 4);
  EXPECT_EQ(windows.origins, (std::vector<int64_t>{10, 14, 18, 40}));
  EXPECT_EQ(windows.series_begins, (std::vector<int64_t>{0, 0, 0, 30}));
  EXPECT_EQ(strided(two_series(), 1).origins, two_series().origins);
}

TEST(StridedWindows, MayBeTheLastOfEachSeries) {
  EXPECT_EQ(strided(two_series(), 4, 2).origins, (std::vector<int64_t>{15, 19, 43}));
  EXPECT_EQ(strided(two_series(), 2, 1).origins, (std::vector<int64_t>{19, 43}));
}

}  // namespace
}  // namespace mnemo
