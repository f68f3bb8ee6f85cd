// Times as tables write them: how a column writes its own is found, and they are read and written
// alike.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/times/time_pattern.h"
#include "datasets/times/time_steps.h"

namespace mnemo {

struct ReadTimes {
  TimeFormat format;
  std::vector<int64_t> times;  // of each cell
  // The other reading that is just as even: "%d/%m/%Y" where the times were read by "%m/%d/%Y".
  std::string alternative = {};
};

// The format of a column, by all of its cells, and their times. Known are ISO 8601 dates and times
// (also compact ones, weeks, and days of the year), dates with slashes, dots, dashes or names of
// months, of years with four digits or two, with or without a time of day (of 24 hours or 12, up to
// 24:00, with fractions of a second) and an offset from UTC behind it; months, quarters and halves
// of a year; and seconds, milli-, micro- and nanoseconds since 1970. `known`, unless it is empty,
// is tried first. Where several orders of day, month and year read every cell, the one with the
// most even steps within each series (`series` numbers that of each cell; empty: all are of one) is
// right, month first if that does not tell. Offsets that differ between cells make instants of
// times, unless the rows are more even by their local clock. Nothing when no format reads all.
std::optional<ReadTimes> read_times(std::span<const std::string> cells,
                                    const TimeFormat& known = {},
                                    std::span<const int64_t> series = {});

// The cells' times by a format that is known; nothing when it does not read one of them.
std::optional<ReadTimes> read_times_by(std::span<const std::string> cells,
                                       const TimeFormat& format);

// The format that read_times() finds.
std::optional<TimeFormat> find_time_format(std::span<const std::string> cells);

// True for a time of day, such as 13:05, 18.00.00 or 1:05 PM, that stands in a column of its own;
// `pattern` is that of all `cells`.
std::optional<std::string> find_clock_pattern(std::span<const std::string> cells);

// Nothing for what format_time() would not write just so, white space around it aside.
std::optional<int64_t> parse_time(std::string_view text, const TimeFormat& format);
std::string format_time(int64_t time, const TimeFormat& format);
// Returns what stands in each of the columns of a time that has several.
std::vector<std::string> time_cells(int64_t time, const TimeFormat& format);

}  // namespace mnemo
