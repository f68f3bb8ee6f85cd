// The rule by which the rows of a table follow each other in time.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace mnemo {

inline constexpr int64_t kBusinessDays = 0b0011111;  // Monday to Friday, as TimeStep::weekdays

// The seconds, or the calendar months (which are of unequal length), between rows; and what days or
// hours have none.
struct TimeStep {
  int64_t seconds = 0;
  int64_t months = 0;        // one of the two is above 0, or the next
  int64_t microseconds = 0;  // beside the seconds
  // Months: the day on which rows are, or the last one of shorter months; 0: as the row before.
  int64_t day = 0;
  // Bits, Monday's the lowest: rows are on these weekdays alone; 0: on all. With months rows are on
  // the last such day of each where `day` is 31, on the first where it is 1.
  int64_t weekdays = 0;
  int64_t opens = 0, closes = 0;  // first and last second of the day with a row; both 0: all day

  bool operator==(const TimeStep&) const = default;
};

// True when rows are as far apart by both, whatever days and hours have none.
bool same_length(const TimeStep& a, const TimeStep& b);

// `time` moved on by `count` steps (which may be negative). If steps are months, a day that the
// month does not have becomes its last one, and the last day of a month stays a last day: 30 April
// goes to 31 May, as tables of month ends do, unless `step` names the day.
int64_t advance(int64_t time, const TimeStep& step, int64_t count);

// True when `next` is one step after `time`. If steps are months, it may also be on the same day of
// the month where advance() goes to the last one.
bool is_one_step(int64_t time, int64_t next, const TimeStep& step);

// The commonest distance between neighbours of `times` (at least two; those that do not ascend do
// not count): in months when at least as many neighbours are so many months apart, on one day of
// the month (or the last days of shorter ones) at one time of day, as share a distance in seconds.
TimeStep common_distance(std::span<const int64_t> times);

// The same with the days and hours that have no rows.
TimeStep common_step(std::span<const int64_t> times);

// `distance` with the days and hours that have no rows in any of the series.
TimeStep with_calendar(const TimeStep& distance, std::span<const std::span<const int64_t>> series);

// "1 hour", "15 minutes", "1 month", "90 seconds", "1 business day".
std::string to_text(const TimeStep& step);

}  // namespace mnemo
