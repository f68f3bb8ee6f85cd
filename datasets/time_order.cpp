#include "datasets/time_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <tuple>
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

std::span<const int64_t> times_of(const NumberTable& table, const TableSeries& series) {
  return std::span(table.times)
      .subspan(static_cast<size_t>(series.begin), static_cast<size_t>(series.rows()));
}

std::string_view advice_on_series(const TableSeries& series) {
  return series.name.empty()
             ? ", or name the columns that tell several series apart with `series-column`"
             : "";
}

[[noreturn]] void throw_repeated(const NumberTable& table, size_t row, const TableSeries& series,
                                 std::span<const int64_t> lines, const std::string& file) {
  const std::string where = series.name.empty()
                                ? std::string()
                                : fmt::format(" of the series {}", in_quotes(series.name));
  throw Error(fmt::format("{}:{}: the time {}{} is in line {} already; keep one row of each time{}",
                          file, lines[row], time_of(table, row), where, lines[row - 1],
                          advice_on_series(series)));
}

// True where `next` may be the first row behind an hour that comes twice: clocks are set back by an
// hour at night, on a Sunday, in spring or autumn.
bool is_set_back(int64_t time, int64_t next, const TimeStep& step) {
  namespace chrono = std::chrono;
  constexpr int64_t kHourBack = 3600 * kSecond;
  const int64_t length = step.seconds * kSecond;
  if (step.months > 0 || length <= 0 || length > kHourBack || next - time != length - kHourBack) {
    return false;
  }
  const chrono::sys_time<chrono::microseconds> at{chrono::microseconds(next)};
  const auto day = chrono::floor<chrono::days>(at);
  const auto month = static_cast<unsigned>(chrono::year_month_day(day).month());
  const bool is_season = (month >= 2 && month <= 5) || (month >= 9 && month <= 11);
  return is_season && chrono::weekday(day) == chrono::Sunday && at - day < chrono::hours(4);
}

// True when each time is after the one before, set clocks aside.
bool ascends(std::span<const int64_t> times, const TimeStep& step) {
  for (size_t i = 1; i < times.size(); ++i) {
    if (times[i] <= times[i - 1] && !is_set_back(times[i - 1], times[i], step)) return false;
  }
  return true;
}

// Says what was done to the rows of a series.
enum class Sorting { none, reversed, sorted };

// Sorts the numbers of rows, `of_series`, by the file's times.
Sorting sort_series(std::span<const int64_t> times, std::span<size_t> of_series) {
  std::vector<int64_t> own;
  own.reserve(of_series.size());
  for (const size_t row : of_series) own.push_back(times[row]);
  const bool strictly = std::ranges::adjacent_find(own, std::ranges::greater_equal()) == own.end();
  if (strictly || ascends(own, common_distance(own))) return Sorting::none;
  std::ranges::reverse(own);
  const TimeStep step = common_distance(own);
  if (ascends(own, step)) {
    std::ranges::reverse(of_series);
    return Sorting::reversed;
  }
  std::ranges::stable_sort(of_series, {}, [&](size_t row) { return times[row]; });
  return Sorting::sorted;
}

int64_t even_steps(const NumberTable& table, const TimeStep& step) {
  int64_t even = 0;
  for_each_neighbour(table, [&](size_t row, const TableSeries&) {
    even += is_one_step(table.times[row - 1], table.times[row], step) ? 1 : 0;
  });
  return even;
}

}  // namespace

std::optional<std::string> sort_by_time(std::span<const int64_t> times, const TimeFormat& format,
                                        std::span<const int64_t> lines, const std::string& file,
                                        RowOrder rows) {
  size_t late = lines.size();  // the first row that stands before an earlier one
  std::string example;
  bool sorted = false, reversed = false;
  for (const TableSeries& series : rows.series) {
    const auto of_series =
        std::span(rows.order)
            .subspan(static_cast<size_t>(series.begin), static_cast<size_t>(series.rows()));
    const std::vector<size_t> before(of_series.begin(), of_series.end());
    const Sorting sorting = sort_series(times, of_series);
    reversed = reversed || sorting == Sorting::reversed;
    sorted = sorted || sorting == Sorting::sorted;
    if (sorting == Sorting::none) continue;
    for (size_t i = 1; i < before.size(); ++i) {
      if (times[before[i]] >= times[before[i - 1]] || before[i] >= late) continue;
      late = before[i];
      example = fmt::format("line {} ({}) is before line {} ({})", lines[before[i]],
                            format_time(times[before[i]], format), lines[before[i - 1]],
                            format_time(times[before[i - 1]], format));
      break;
    }
  }
  if (example.empty()) return std::nullopt;
  if (!sorted && reversed) {
    return fmt::format("{}: the rows stand newest first; they are taken in the order of time",
                       file);
  }
  return fmt::format("{}: the rows are not in the order of time: {}; they are sorted by time", file,
                     example);
}

void require_time_order(const NumberTable& table, std::span<const int64_t> lines,
                        const std::string& file) {
  for_each_neighbour(table, [&](size_t row, const TableSeries& series) {
    if (table.times[row] > table.times[row - 1]) return;
    if (is_set_back(table.times[row - 1], table.times[row], table.step)) return;
    throw_repeated(table, row, series, lines, file);
  });
}

TimeStep step_of_series(const NumberTable& table) {
  struct StepRows {
    TimeStep step;
    int64_t count;
  };
  std::vector<StepRows> rows_by_step;
  std::vector<std::span<const int64_t>> all;
  for (const TableSeries& series : table.series) {
    if (series.rows() < 2) continue;
    all.push_back(times_of(table, series));
    const TimeStep step = common_distance(all.back());
    const auto found = std::ranges::find(rows_by_step, step, &StepRows::step);
    if (found == rows_by_step.end()) {
      rows_by_step.push_back({step, series.rows()});
    } else {
      found->count += series.rows();
    }
  }
  if (rows_by_step.empty()) return {};
  const auto length = [](const StepRows& rows) {
    const TimeStep& step = rows.step;
    return std::tuple(step.seconds, step.microseconds, step.months);
  };
  std::ranges::sort(rows_by_step, {}, length);
  return with_calendar(std::ranges::max_element(rows_by_step, {}, &StepRows::count)->step, all);
}

TimeStep agreed_step(const NumberTable& table, const TimeStep& trained) {
  return even_steps(table, trained) >= even_steps(table, table.step) ? trained : table.step;
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
    if (is_set_back(table.times[row - 1], table.times[row], table.step)) return;
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

std::optional<std::string> repeated_hours(const NumberTable& table, std::span<const int64_t> lines,
                                          const std::string& file) {
  constexpr size_t kMostNamed = 3;
  std::vector<std::string> first;
  int64_t count = 0;
  for_each_neighbour(table, [&](size_t row, const TableSeries&) {
    if (table.times[row] > table.times[row - 1]) return;
    ++count;
    if (first.size() == kMostNamed) return;
    first.push_back(fmt::format("line {} ({})", lines[row], time_of(table, row)));
  });
  if (count == 0) return std::nullopt;
  return fmt::format(
      "{}: an hour comes twice, as where clocks are set back in autumn (daylight saving time): {}; "
      "the rows are taken as they follow each other",
      file, first_of(first, count));
}

}  // namespace mnemo
