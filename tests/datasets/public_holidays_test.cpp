#include "datasets/public_holidays.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "datasets/times/time_stamps.h"

namespace mnemo {
namespace {

int64_t day(const char* date) {
  return day_of(*parse_time(date, {.pattern = "%Y-%m-%d", .suffix = ""}));
}

// The name of a place's holiday on a day; empty where it is none.
std::string holiday(const char* place, const char* date) {
  const auto holidays = public_holidays(place).value();
  const auto found = std::ranges::find(holidays.days, day(date));
  if (found == holidays.days.end()) return {};
  const auto which = holidays.which[static_cast<size_t>(found - holidays.days.begin())];
  return holidays.names.at(static_cast<size_t>(which));
}

TEST(PublicHolidays, FallOnFixedDaysAndByEaster) {
  EXPECT_EQ(holiday("AU", "2024-12-25"), "Christmas Day");
  EXPECT_EQ(holiday("AU", "2024-12-24"), "");
  EXPECT_EQ(holiday("AU", "2024-03-29"), "Good Friday");
  EXPECT_EQ(holiday("AU", "2038-04-23"), "Good Friday") << "as late as can be but for two days";
  EXPECT_EQ(holiday("GR", "2024-05-03"), "Good Friday") << "before the Orthodox Easter";
  EXPECT_EQ(holiday("US", "1997-11-27"), "Thanksgiving Day") << "the fourth Thursday";
  EXPECT_EQ(holiday("US", "2027-12-24"), "Christmas Day") << "which is a Saturday";
}

TEST(PublicHolidays, OfAPartAreTheCountrysBesideItsOwn) {
  EXPECT_EQ(holiday("AU-VIC", "2023-11-07"), "Melbourne Cup Day");
  EXPECT_EQ(holiday("AU", "2023-11-07"), "");
  EXPECT_EQ(holiday("AU-VIC", "2023-04-07"), "Good Friday");
}

TEST(PublicHolidays, AreInOrderInEveryPlace) {
  const auto source = holiday_source();
  EXPECT_TRUE(source.package.starts_with("holidays "));
  const auto places = holiday_places();
  EXPECT_GT(places.size(), 500U);
  for (const auto& [code, country] : places) {
    const auto holidays = public_holidays(code).value();
    EXPECT_EQ(std::ranges::adjacent_find(holidays.days, std::greater_equal()), holidays.days.end())
        << code;
    EXPECT_EQ(holidays.which.size(), holidays.days.size());
    EXPECT_FALSE(country.empty()) << code;
  }
  EXPECT_FALSE(public_holidays("XX").has_value());
  EXPECT_FALSE(public_holidays("AU-XX").has_value());
}

TEST(PublicHolidays, ADayLastsUntilMidnight) {
  EXPECT_EQ(day_of(kDay - 1), 0);
  EXPECT_EQ(day_of(kDay), 1);
  EXPECT_EQ(day_of(-1), -1);
}

}  // namespace
}  // namespace mnemo
