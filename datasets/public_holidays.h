// Public holidays of countries and of their parts, from the table that is built into the program:
// datasets/public_holidays.txt, which scripts/public_holidays.py makes and describes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

struct HolidaySource {
  std::string package;  // "holidays 0.108"
  int64_t first_year = 0, last_year = 0;
};

struct HolidayPlace {
  std::string code;     // "AU", or "AU-VIC" for a part
  std::string country;  // its name, "Australia"
};

struct PublicHolidays {
  std::vector<std::string> names;
  std::vector<int64_t> days = {};   // since 1970-01-01, ascending
  std::vector<int64_t> which = {};  // (days) the name of each, as its place
};

HolidaySource holiday_source();

// Each country, its parts behind it.
std::vector<HolidayPlace> holiday_places();

// The holidays of one place; nothing for a code that the table does not have.
std::optional<PublicHolidays> public_holidays(std::string_view code);

// The day of a time, which is as in time_pattern.h, in days since 1970.
int64_t day_of(int64_t time);

}  // namespace mnemo
