// Which windows of a table are forecast, and when their rows are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/tasks/forecast/forecast_parts.h"
#include "datasets/number_table.h"
#include "mnemo/reporter.h"

namespace mnemo {

// The series that are long enough to be continued.
struct NextWindows {
  std::vector<TableSeries> series;
  std::vector<int64_t> origins;  // of each: the row after its last one
};

// Throws Error when no series has `lookback` rows; `warn` hears of those that have not. `file`
// stands in messages.
NextWindows next_windows(const NumberTable& table, int64_t lookback, const std::string& file,
                         const Warn& warn);

// The origins of `windows`, at least `stride` rows apart within a series.
std::vector<int64_t> strided(const PartWindows& windows, int64_t stride);

// When a row of the table is, also of those to come after the end of `series`. `trained`: how
// far apart the rows are where the table does not show it. The table has times.
int64_t when(const NumberTable& table, const TimeStep& trained, const TableSeries& series,
             int64_t row);

// The same, written as the table's times are.
std::string time_of_row(const NumberTable& table, const TimeStep& trained,
                        const TableSeries& series, int64_t row);

}  // namespace mnemo
