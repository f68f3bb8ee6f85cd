#include "datasets/calendar.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mnemo {
namespace {

constexpr int64_t kHour = 3600;

TEST(Calendar, HasThePartsThatTellRowsApart) {
  using Parts = std::vector<CalendarPart>;
  EXPECT_EQ(calendar_parts({.seconds = kHour}), (Parts{CalendarPart::hour, CalendarPart::weekday,
                                                       CalendarPart::day, CalendarPart::month}));
  EXPECT_EQ(calendar_parts({.seconds = 900}).front(), CalendarPart::minute);
  EXPECT_EQ(calendar_parts({.seconds = kDaySeconds}).front(), CalendarPart::weekday);
  EXPECT_EQ(calendar_parts({.months = 1}), Parts{CalendarPart::month});
}

TEST(Calendar, PutsATimeOnTheCircleOfItsPart) {
  const std::vector<CalendarPart> parts = {CalendarPart::hour, CalendarPart::month};
  std::vector<double> row = {7.0};
  append_calendar(6 * kHour * kSecond, parts, row);  // 1970-01-01 06:00
  ASSERT_EQ(row.size(), 5U);
  EXPECT_NEAR(row[1], 1.0, 1e-12);  // a quarter of the day
  EXPECT_NEAR(row[2], 0.0, 1e-12);
  EXPECT_NEAR(row[3], 0.0, 1e-12);  // January
  EXPECT_NEAR(row[4], 1.0, 1e-12);
  EXPECT_EQ(calendar_columns(parts).at(3), "month cos");
}

TEST(Calendar, KnowsWeekdaysBefore1970) {
  std::vector<double> row;
  append_calendar(-4 * kDay, std::vector{CalendarPart::weekday}, row);  // Sunday, 1969-12-28
  EXPECT_NEAR(row[0], 0.0, 1e-12);
  EXPECT_NEAR(row[1], 1.0, 1e-12);
}

}  // namespace
}  // namespace mnemo
