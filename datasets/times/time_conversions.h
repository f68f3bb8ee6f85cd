// The conversions of a pattern of times: what each reads and writes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mnemo {

inline constexpr std::string_view kTimeConversions = "YymdHIhMSfFbBaqeGVujspPzZ";

// A conversion of a pattern, or a character that stands for itself.
struct TimePart {
  char conversion = 0;  // 0: the literal
  char style = 0;       // -, ^, _ or a digit
  char literal = 0;
};

struct TimeFields {
  int64_t year = 1970, month = 1, day = 1;
  int64_t hour = 0, minute = 0, second = 0, microsecond = 0;
  int64_t half_day = 0;           // 1: AM, 2: PM
  int64_t week = 0, weekday = 1;  // Monday is 1
  int64_t named_weekday = 0;
  int64_t day_of_year = 0;
  int64_t epoch = 0;   // microseconds
  int64_t offset = 0;  // seconds
  int64_t week_year = 0;
  std::string_view zone;
};

// Takes off `rest` what `part` reads; false when it does not begin so.
bool match_part(const TimePart& part, std::string_view& rest, TimeFields& fields);
void write_part(const TimePart& part, const TimeFields& fields, std::string& text);

// How many seconds a zone, as "Z", "+02:00" or "CEST", is ahead of UTC; nothing when it is none.
std::optional<int64_t> zone_seconds(std::string_view text);

}  // namespace mnemo
