#include "datasets/number_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "datasets/future_rows.h"
#include "datasets/message_text.h"
#include "datasets/missing_values.h"
#include "datasets/table_columns.h"
#include "datasets/table_tsf.h"
#include "datasets/time_order.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// The values that are missing, for a message: "3 values are missing: line 2 (column "a"), ...";
// nothing when all are there.
std::optional<std::string> missing_values(const TableColumns& file) {
  constexpr size_t kMostNamed = 3;
  std::vector<std::string> first;
  int64_t count = 0;
  for (size_t row = 0; row < file.lines.size(); ++row) {
    for (const NumberColumn& column : file.numbers) {
      if (!std::isnan(column.values[row])) continue;
      ++count;
      if (first.size() == kMostNamed) continue;
      first.push_back(fmt::format("line {} (column {})", file.lines[row], in_quotes(column.name)));
    }
  }
  if (count == 0) return std::nullopt;
  return fmt::format("{} value{} missing: {}", count, count == 1 ? " is" : "s are",
                     first_of(first, count));
}

void treat_missing_values(const std::string& name, MissingValues how, const TableColumns& file,
                          std::vector<std::string>& warnings) {
  const std::optional<std::string> missing = missing_values(file);
  if (!missing) return;
  switch (how) {
    case MissingValues::fail:
      throw Error(
          fmt::format("{}: {}; give the values, or let them be filled in with `missing` "
                      "interpolate or `missing` forward",
                      name, *missing));
    case MissingValues::interpolate:
      warnings.push_back(fmt::format("{}: {}; filled in by interpolation", name, *missing));
      break;
    case MissingValues::forward:
      warnings.push_back(fmt::format("{}: {}; filled in with the value before", name, *missing));
      break;
  }
}

// The rows of the file in the table's order: series by series.
std::vector<size_t> group_by_series(const TableColumns& file, std::vector<TableSeries>& series) {
  for (size_t i = 0; i < file.series.size(); ++i) {
    series.push_back({.name = file.series[i], .keys = file.series_keys[i]});
  }
  for (const int64_t index : file.series_of_row) series[static_cast<size_t>(index)].end += 1;
  int64_t begin = 0;
  for (TableSeries& one : series) {
    one.begin = std::exchange(begin, begin + one.end);
    one.end = one.begin;
  }
  std::vector<size_t> order(file.lines.size());
  for (size_t row = 0; row < order.size(); ++row) {
    TableSeries& one = series[static_cast<size_t>(file.series_of_row[row])];
    order[static_cast<size_t>(one.end++)] = row;
  }
  return order;
}

template <typename T>
std::vector<T> in_order(const std::vector<T>& of_file, const std::vector<size_t>& order) {
  std::vector<T> ordered;
  ordered.reserve(of_file.size());
  if (of_file.empty()) return ordered;
  for (const size_t row : order) ordered.push_back(of_file[row]);
  return ordered;
}

void require_a_value(std::span<const double> values, const std::string& file,
                     const TableSeries& series, const std::string& column) {
  if (!std::ranges::all_of(values, [](double value) { return std::isnan(value); })) return;
  throw Error(
      fmt::format("{}: the series {} has no value in the column {} from which "
                  "others could be filled in; leave out the series or the column",
                  file, in_quotes(series.name), in_quotes(column)));
}

void place_values(const TableColumns& file, const std::vector<size_t>& order, MissingValues how,
                  const std::string& name, NumberTable& table) {
  const size_t width = file.numbers.size();
  table.values.resize(order.size() * width);
  for (size_t i = 0; i < width; ++i) {
    const std::string& column = table.columns.emplace_back(file.numbers[i].name);
    std::vector<double> values = in_order(file.numbers[i].values, order);
    for (const TableSeries& series : table.series) {
      const auto part = std::span(values).subspan(static_cast<size_t>(series.begin),
                                                  static_cast<size_t>(series.rows()));
      require_a_value(part, name, series, column);
      fill_missing(part, how);
    }
    for (size_t row = 0; row < order.size(); ++row) table.values[row * width + i] = values[row];
  }
}

}  // namespace

const TableSeries& NumberTable::series_at(int64_t begin) const {
  return *std::ranges::lower_bound(series, begin, {}, &TableSeries::begin);
}

NumberTable arrange_columns(TableColumns file, MissingValues missing, const std::string& name) {
  NumberTable table;
  table.warnings = std::move(file.warnings);
  table.sha256 = std::move(file.sha256);
  table.has_decimal_comma = file.has_decimal_comma;
  table.words = std::move(file.words);
  table.series_column = std::move(file.series_column);
  const auto future = take_future(file);
  treat_missing_values(name, missing, file, table.warnings);

  std::vector<size_t> order = group_by_series(file, table.series);
  if (!file.time_column.empty()) {
    auto note = sort_by_time(file.times, file.time_format, file.lines, name, {table.series, order});
    if (note) table.warnings.push_back(std::move(*note));
  }
  place_values(file, order, missing, name, table);
  if (file.time_column.empty()) {
    add_future(table, future, name);
    return table;
  }

  table.time_column = std::move(file.time_column);
  table.time_columns = std::move(file.time_columns);
  table.time_format = std::move(file.time_format);
  table.times = in_order(file.times, order);
  const std::vector<int64_t> lines = in_order(file.lines, order);
  table.step = step_of_series(table);
  require_time_order(table, lines, name);
  for (auto warning : {repeated_hours(table, lines, name), uneven_steps(table, lines, name)}) {
    if (warning) table.warnings.push_back(std::move(*warning));
  }
  add_future(table, future, name);
  return table;
}

NumberTable read_number_table(const std::filesystem::path& path,
                              const NumberTableOptions& options) {
  auto columns = is_tsf(path) ? read_tsf_columns(path, options) : read_table_columns(path, options);
  return arrange_columns(std::move(columns), options.missing, path.string());
}

}  // namespace mnemo
