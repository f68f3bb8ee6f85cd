// Brings the rows of a table into the order of time, and says how even they are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "datasets/number_table.h"

namespace mnemo {

// The rows of a table, series by series: the series, and in `order` the numbers of their rows.
struct RowOrder {
  std::span<const TableSeries> series;
  std::vector<size_t>& order;
};

// Puts the rows of each series into the order of `times` (of the file, by number of row). Returns
// what a user must hear of it, nothing when they stand so. A local hour that comes twice, as where
// clocks are set back, stays as it is. `lines` are those of the rows in `file`.
std::optional<std::string> sort_by_time(std::span<const int64_t> times, const TimeFormat& format,
                                        std::span<const int64_t> lines, const std::string& file,
                                        RowOrder rows);

// Throws Error when within a series a time comes twice, unless clocks were set back there. `lines`
// are those of the table's rows in `file`.
void require_time_order(const NumberTable& table, std::span<const int64_t> lines,
                        const std::string& file);

// The step of the series that have the most rows with it; no step at all when none has two rows.
TimeStep step_of_series(const NumberTable& table);

// Returns `trained` or the table's own step, which are equally long: the one that more rows follow.
TimeStep agreed_step(const NumberTable& table, const TimeStep& trained);

// A warning about the rows that are not one step after the one before; nothing when all are.
std::optional<std::string> uneven_steps(const NumberTable& table, std::span<const int64_t> lines,
                                        const std::string& file);

// Says where clocks were set back, and an hour comes twice; nothing when it never does.
std::optional<std::string> repeated_hours(const NumberTable& table, std::span<const int64_t> lines,
                                          const std::string& file);

}  // namespace mnemo
