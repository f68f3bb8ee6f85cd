// The columns of a table that are its rows' times: one of times, a date and a time of day side by
// side, or years, months, days and hours in columns of their own.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/times/time_stamps.h"

namespace mnemo {

// A column that may belong to the times, all of its cells kept.
struct TimeCells {
  size_t column = 0;  // of the file
  std::string name;
  std::span<const std::string> cells;
  bool is_number = false;       // its first cell is one
  bool begins_as_time = false;  // its first cell is written as a time
};

struct TableTimes {
  std::vector<size_t> columns;  // of the file, in the order in which the format writes them
  ReadTimes read;
  bool guessed = false;  // by numbers, which may be none
};

// True when a column of numbers of this name may hold times.
bool names_times(std::string_view name);

// The times that these columns make together, in this order; nothing when they make none.
std::optional<TableTimes> times_of_columns(std::span<const TimeCells> columns,
                                           const TimeFormat& known,
                                           std::span<const int64_t> series);

// The same, of the columns that make them by themselves.
std::optional<TableTimes> find_table_times(std::span<const TimeCells> columns,
                                           const TimeFormat& known,
                                           std::span<const int64_t> series);

}  // namespace mnemo
