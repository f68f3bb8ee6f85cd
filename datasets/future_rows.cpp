#include "datasets/future_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "datasets/message_text.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

template <typename T>
void split(std::vector<T>& values, const std::vector<bool>& is_future, std::vector<T>& future) {
  if (values.empty()) return;
  size_t kept = 0;
  for (size_t row = 0; row < values.size(); ++row) {
    if (is_future[row]) {
      future.push_back(std::move(values[row]));
    } else {
      values[kept++] = std::move(values[row]);
    }
  }
  values.resize(kept);
}

// Rows of a file need not be in the order of their times.
std::vector<size_t> rows_by_time(const TableColumns& file) {
  std::vector<size_t> rows(file.lines.size());
  std::iota(rows.begin(), rows.end(), size_t{0});
  if (file.times.empty()) return rows;
  std::ranges::stable_sort(rows, {}, [&](size_t row) { return file.times[row]; });
  return rows;
}

std::vector<bool> rows_of_future(const TableColumns& file) {
  std::vector<const NumberColumn*> targets;
  for (const auto& column : file.numbers) {
    const auto& names = file.future.targets;
    if (names.empty() || std::ranges::find(names, column.name) != names.end()) {
      targets.push_back(&column);
    }
  }
  std::vector<bool> is_future(file.lines.size(), false);
  std::vector<bool> has_value(file.series.size(), false);  // in a later row of the series
  auto rows = rows_by_time(file);
  std::ranges::reverse(rows);
  for (const size_t row : rows) {
    const auto series = static_cast<size_t>(file.series_of_row[row]);
    if (has_value[series]) continue;
    is_future[row] = std::ranges::all_of(
        targets, [&](const NumberColumn* column) { return std::isnan(column->values[row]); });
    if (!is_future[row]) has_value[series] = true;
  }
  return is_future;
}

}  // namespace

TableColumns take_future(TableColumns& file) {
  TableColumns future;
  if (!file.future.expected) return future;
  const auto is_future = rows_of_future(file);
  if (std::ranges::find(is_future, true) == is_future.end()) return future;
  if (std::ranges::find(is_future, false) == is_future.end()) return future;  // nothing came yet
  future.future = file.future;
  future.series = file.series;
  future.time_column = file.time_column;
  future.time_format = file.time_format;
  for (auto& column : file.numbers) {
    auto& taken = future.numbers.emplace_back();
    taken.name = column.name;
    split(column.values, is_future, taken.values);
  }
  split(file.times, is_future, future.times);
  split(file.series_of_row, is_future, future.series_of_row);
  split(file.lines, is_future, future.lines);
  return future;
}

void add_future(NumberTable& table, const TableColumns& future, const std::string& name) {
  if (future.lines.empty()) return;
  table.future.resize(table.series.size());
  std::unordered_map<std::string, size_t> places;
  for (size_t i = 0; i < table.series.size(); ++i) places.emplace(table.series[i].name, i);
  std::vector<const NumberColumn*> columns;  // of the table's columns, in turn; null: not there
  for (const auto& wanted : table.columns) {
    const auto found = std::ranges::find(future.numbers, wanted, &NumberColumn::name);
    columns.push_back(found == future.numbers.end() ? nullptr : &*found);
  }
  for (const size_t row : rows_by_time(future)) {
    const auto& series_name = future.series[static_cast<size_t>(future.series_of_row[row])];
    const auto place = places.find(series_name);
    if (place == places.end()) continue;
    const auto& series = table.series[place->second];
    auto& rows = table.future[place->second];
    if (!table.times.empty() && !future.times.empty() && series.rows() > 0) {
      const int64_t last = table.times[static_cast<size_t>(series.end - 1)];
      if (future.times[row] <= last) continue;  // it has come
      const bool has_step = !(table.step == TimeStep{});
      const int64_t count = rows.rows(table.width()) + 1;
      if (has_step && future.times[row] != advance(last, table.step, count)) {
        throw Error(fmt::format(
            "{}:{}: this row of the future is at {}, and {} was expected, one step of {} after the "
            "row before",
            name, future.lines[row], format_time(future.times[row], table.time_format),
            format_time(advance(last, table.step, count), table.time_format), to_text(table.step)));
      }
      rows.times.push_back(future.times[row]);
    }
    for (size_t i = 0; i < columns.size(); ++i) {
      const double value = columns[i] == nullptr ? std::numeric_limits<double>::quiet_NaN()
                                                 : columns[i]->values[row];
      const auto& known = future.future.known;
      if (std::isnan(value) && std::ranges::find(known, table.columns[i]) != known.end()) {
        throw Error(fmt::format(
            "{}:{}: the column {} has no value in this row of the future; give what is known, or "
            "leave out the rows from here on",
            name, future.lines[row], in_quotes(table.columns[i])));
      }
      rows.values.push_back(value);
    }
  }
}

}  // namespace mnemo
