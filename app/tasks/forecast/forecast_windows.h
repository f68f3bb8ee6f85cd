// Which windows of a table are forecast, and when their rows are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/tasks/forecast/forecast_parts.h"
#include "app/tasks/forecast/rolling_options.h"
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

// Picks windows that are at least `stride` rows apart within a series: from the first one on, or,
// if `last` is not 0, from the last one back, and so many of a series at most.
PartWindows strided(const PartWindows& windows, int64_t stride, int64_t last = 0);

// The windows of a part of the table, so chosen. Throws what windows_of_part() and
// windows_to_refit() do.
PartWindows rolling_windows(const NumberTable& table, const ForecastSettings& settings,
                            const RollingOptions& options, const TrainedRows& trained,
                            const std::string& file, const Warn& warn);

// When a row of the table is, also of those to come after the end of `series`. `trained`: how
// far apart the rows are where the table does not show it. The table has times.
int64_t when(const NumberTable& table, const TimeStep& trained, const TableSeries& series,
             int64_t row);

// The same, written as the table's times are.
std::string time_of_row(const NumberTable& table, const TimeStep& trained,
                        const TableSeries& series, int64_t row);

}  // namespace mnemo
