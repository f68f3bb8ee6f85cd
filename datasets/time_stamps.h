// Times as tables write them: read, continued, and written alike.
//
// A time is counted in seconds since 1970-01-01 00:00:00 of whatever clock the table uses: nothing
// is converted between time zones.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mnemo {

// How one column writes its times. ISO 8601 dates and times (a space or T between; seconds and
// minutes may be missing; fractions of a second that are zero; a Z or numeric offset, the same in
// all rows), year and month ("1949-01"), dates with slashes or dots (2016/07/01, 01.07.2016,
// 07/01/2016) with or without a time of day, days and hours with or without a zero in front
// (7/1/2016 0:00), dates of eight digits (20160701), and seconds since 1970, up to the year 9999.
struct TimeFormat {
  std::string pattern;  // of strptime and strftime; empty: seconds since 1970
  std::string suffix;   // written after it: "Z", "+02:00", ".000"
};

// The format of a column, by all of its cells: the first that reads every one of them. 07/01/2016
// is month first unless a cell has a first number above 12. Nothing when there is none.
std::optional<TimeFormat> find_time_format(std::span<const std::string> cells);

// Nothing for what format_time() would not write just so, white space around it aside.
std::optional<int64_t> parse_time(std::string_view text, const TimeFormat& format);
std::string format_time(int64_t seconds, const TimeFormat& format);

// The distance between rows: so many seconds, or so many calendar months (which are of unequal
// length).
struct TimeStep {
  int64_t seconds = 0;
  int64_t months = 0;  // one of the two is above 0

  bool operator==(const TimeStep&) const = default;
};

// `time` moved on by `count` steps (which may be negative). If steps are months, a day that the
// month does not have becomes its last one, and the last day of a month stays a last day: 30 April
// goes to 31 May, as tables of month ends do.
int64_t advance(int64_t time, const TimeStep& step, int64_t count);

// True when `next` is one step after `time`. If steps are months, it may also be on the same day of
// the month where advance() goes to the last one.
bool is_one_step(int64_t time, int64_t next, const TimeStep& step);

// The commonest distance between neighbours of `times` (ascending, at least two): in months when at
// least as many neighbours are so many months apart, on one day of the month (or the last days of
// shorter ones) at one time of day, as share a distance in seconds.
TimeStep common_step(std::span<const int64_t> times);

// "1 hour", "15 minutes", "1 month", "90 seconds".
std::string to_text(const TimeStep& step);

}  // namespace mnemo
