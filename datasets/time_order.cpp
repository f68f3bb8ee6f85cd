#include "datasets/time_order.h"

#include <fmt/format.h>

#include <map>
#include <utility>
#include <vector>

#include "datasets/message_text.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

std::string time_of(const NumberTable& table, size_t row) {
  return format_time(table.times[row], table.time_format);
}

// Calls `visit(row, series)` for each row that has another of its series before it.
template <typename Visit>
void for_each_neighbour(const NumberTable& table, Visit visit) {
  for (const TableSeries& series : table.series) {
    for (int64_t row = series.begin + 1; row < series.end; ++row) {
      visit(static_cast<size_t>(row), series);
    }
  }
}

[[noreturn]] void throw_out_of_order(const NumberTable& table, size_t row,
                                     const TableSeries& series, std::span<const int64_t> lines,
                                     const std::string& file) {
  const bool one_series = series.name.empty();
  const std::string where =
      one_series ? std::string() : fmt::format(" of the series {}", in_quotes(series.name));
  const std::string_view several =
      one_series ? ", or name the column that tells several series apart with `series-column`" : "";
  if (table.times[row] == table.times[row - 1]) {
    throw Error(
        fmt::format("{}:{}: the time {}{} is in line {} already; keep one row of each "
                    "time{}",
                    file, lines[row], time_of(table, row), where, lines[row - 1], several));
  }
  throw Error(
      fmt::format("{}:{}: the time {}{} is before {} in line {}; sort the rows by time, the "
                  "earliest first{}",
                  file, lines[row], time_of(table, row), where, time_of(table, row - 1),
                  lines[row - 1], several));
}

}  // namespace

void require_time_order(const NumberTable& table, std::span<const int64_t> lines,
                        const std::string& file) {
  for_each_neighbour(table, [&](size_t row, const TableSeries& series) {
    if (table.times[row] > table.times[row - 1]) return;
    throw_out_of_order(table, row, series, lines, file);
  });
}

TimeStep step_of_series(const NumberTable& table) {
  std::map<std::pair<int64_t, int64_t>, int64_t> rows_by_step;
  for (const TableSeries& series : table.series) {
    if (series.rows() < 2) continue;
    const TimeStep step = common_step(
        std::span(table.times)
            .subspan(static_cast<size_t>(series.begin), static_cast<size_t>(series.rows())));
    rows_by_step[{step.seconds, step.months}] += series.rows();
  }
  TimeStep best;
  int64_t most_rows = 0;
  for (const auto& [step, rows] : rows_by_step) {
    if (rows <= most_rows) continue;
    best = {.seconds = step.first, .months = step.second};
    most_rows = rows;
  }
  return best;
}

std::optional<std::string> uneven_steps(const NumberTable& table, std::span<const int64_t> lines,
                                        const std::string& file) {
  constexpr size_t kMostNamed = 3;
  std::vector<std::string> first;
  int64_t uneven = 0;
  int64_t steps = 0;
  for_each_neighbour(table, [&](size_t row, const TableSeries&) {
    ++steps;
    if (is_one_step(table.times[row - 1], table.times[row], table.step)) return;
    ++uneven;
    if (first.size() == kMostNamed) return;
    first.push_back(fmt::format("line {} ({} after {})", lines[row], time_of(table, row),
                                time_of(table, row - 1)));
  });
  if (uneven == 0) return std::nullopt;
  return fmt::format(
      "{}: {} of {} steps in time are not {}: {}; the rows are taken as they follow "
      "each other",
      file, uneven, steps, to_text(table.step), first_of(first, uneven));
}

}  // namespace mnemo
