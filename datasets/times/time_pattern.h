// One way to write a time, compiled: reads and writes times by a pattern of conversions.
//
// A time is counted in microseconds since 1970-01-01 00:00:00 of whatever clock the table uses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/times/time_conversions.h"

namespace mnemo {

inline constexpr int64_t kSecond = 1'000'000;  // microseconds
inline constexpr int64_t kDaySeconds = 86'400;
inline constexpr int64_t kDay = kDaySeconds * kSecond;

// Rows write this offset from UTC, as "+02:00" or "CEST", from a time on.
struct ZoneChange {
  int64_t since = 0;
  std::string text = {};
};

// How a column writes its times. The pattern is strptime's, with
//   %Y %y %m %d %H %M %S   fixed digits; with a minus, as in %-m, no zero in front
//   %I %p %P               hour of 12, AM or am
//   %h                     hour, where midnight is 24 of the day before
//   %3f                    so many digits of a second
//   %3F %f                 a point and so many digits, or as many as it takes; nothing where zero
//   %b %B %a               Jan, January, Wed; with ^ as in %^b JAN, with _ jan
//   %q %e                  quarter; half of a year
//   %G %V %u               year, week and weekday of ISO 8601
//   %j                     day of the year
//   %3s %6s %9s            milli-, micro- or nanoseconds since 1970; no pattern: seconds
//   %z                     offset from UTC, which is taken off
//   %Z                     the same, but rows are even by their local clock
// A line break divides what stands in several columns, which text shows as a blank.
struct TimeFormat {
  std::string pattern;
  std::string suffix;                  // written after it: "Z", "+02:00", ".000"
  std::vector<ZoneChange> zones = {};  // of %z and %Z, in the order of time
};

// Seconds since 1970, where no pattern would mean that none is known.
inline constexpr const char* kSecondsPattern = "%0s";

class TimePattern {
 public:
  // Throws UsageError for a conversion that does not exist.
  explicit TimePattern(const TimeFormat& format);

  // The time that all of `text` is; nothing for what write() would not write just so, but for white
  // space around it.
  std::optional<int64_t> read(std::string_view text) const;
  // How many bytes of `text` are a time, from the first on; 0 when none are.
  size_t read_start(std::string_view text) const;
  // The offset that a time which can be read is written with; empty without %z and %Z.
  std::string_view zone_of(std::string_view text) const;

  std::string write(int64_t time) const;
  // Returns what stands in each of the columns.
  std::vector<std::string> write_cells(int64_t time) const;

 private:
  std::optional<size_t> match(std::string_view text, TimeFields& fields) const;
  std::optional<int64_t> time_of(const TimeFields& fields) const;
  TimeFields fields_of(int64_t time) const;
  const std::string& zone_at(int64_t time) const;
  std::string write_with(int64_t time, char between) const;

  std::vector<TimePart> parts_;
  std::string suffix_;
  std::vector<ZoneChange> zones_;
  bool is_epoch_ = false;
  bool midnight_is_24_ = false;
  bool by_week_ = false;
  bool has_zone_ = false;
  bool takes_zone_off_ = false;
};

}  // namespace mnemo
