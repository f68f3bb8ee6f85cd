// Rows that are in memory already, as a table.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string>
#include <unordered_map>

#include "common/sha256.h"
#include "datasets/message_text.h"
#include "datasets/number_table.h"
#include "datasets/table_columns.h"
#include "mnemo/error.h"
#include "mnemo/rows.h"

namespace mnemo {
namespace {

void require_rows(const Rows& rows, const std::string& name) {
  const size_t width = rows.columns.size();
  const std::set<std::string> names(rows.columns.begin(), rows.columns.end());
  if (names.size() < width) {
    throw UsageError(fmt::format("{}: two columns have one name; give each its own", name));
  }
  if (width == 0 || rows.values.empty() || rows.values.size() % width != 0) {
    throw UsageError(
        fmt::format("{}: {} values in {} columns; a value of each column was expected for each row",
                    name, rows.values.size(), width));
  }
  const size_t count = rows.values.size() / width;
  const auto require_each = [&](const std::vector<std::string>& texts, const char* what) {
    if (texts.empty() || texts.size() == count) return;
    throw UsageError(fmt::format("{}: {} {} for {} rows; give one for each row, or none", name,
                                 texts.size(), what, count));
  };
  require_each(rows.times, "times");
  require_each(rows.series, "names of series");
}

NumberColumn column_of(const Rows& rows, const std::string& wanted, const std::string& name) {
  const auto found = std::ranges::find(rows.columns, wanted);
  if (found == rows.columns.end()) {
    throw Error(fmt::format("{}: {}", name, no_such("column", wanted, rows.columns)));
  }
  NumberColumn column{.name = wanted, .values = {}};
  const size_t width = rows.columns.size();
  for (auto i = static_cast<size_t>(found - rows.columns.begin()); i < rows.values.size();
       i += width) {
    if (std::isinf(rows.values[i])) {
      throw Error(fmt::format(
          "{}:{}: the column {} holds {} where a finite number was expected; NaN is a value that "
          "is missing",
          name, i / width + 1, in_quotes(wanted), rows.values[i]));
    }
    column.values.push_back(rows.values[i]);
  }
  return column;
}

void add_series(const Rows& rows, TableColumns& columns) {
  if (rows.series.empty()) {
    columns.series = {""};
    columns.series_keys = {{}};
    columns.series_of_row.assign(columns.lines.size(), 0);
    return;
  }
  std::unordered_map<std::string, int64_t> numbers;
  for (const auto& series : rows.series) {
    const auto [found, is_new] = numbers.try_emplace(series, std::ssize(columns.series));
    if (is_new) {
      columns.series.push_back(series);
      columns.series_keys.emplace_back();
    }
    columns.series_of_row.push_back(found->second);
  }
}

void add_times(const Rows& rows, const TimeFormat& known, const std::string& name,
               TableColumns& columns) {
  auto read = read_times(rows.times, known, columns.series_of_row);
  if (!read) {
    throw Error(
        fmt::format("{}: these are no times, or not all written alike: {}; expected were times "
                    "such as 2016-07-01 13:00:00, 2016-07-01, 2016-07, 07/01/2016 13:00, "
                    "01.07.2016 or seconds since 1970",
                    name, listed(rows.times)));
  }
  columns.time_format = std::move(read->format);
  columns.times = std::move(read->times);
}

std::string fingerprint(const Rows& rows) {
  Sha256 hash;
  hash.update(
      {reinterpret_cast<const char*>(rows.values.data()), rows.values.size() * sizeof(double)});
  for (const auto* names : {&rows.columns, &rows.times, &rows.series}) {
    hash.update(fmt::format("{}:", names->size()));
    for (const auto& one : *names) hash.update(fmt::format("{}:{}", one.size(), one));
  }
  return hash.hex();
}

}  // namespace

NumberTable make_number_table(const Rows& rows, const NumberTableOptions& options,
                              const std::string& name) {
  require_rows(rows, name);
  TableColumns columns;
  const auto& wanted = options.columns.empty() ? rows.columns : options.columns;
  for (const auto& column : wanted) columns.numbers.push_back(column_of(rows, column, name));
  columns.lines.resize(columns.numbers.front().values.size());
  std::iota(columns.lines.begin(), columns.lines.end(), int64_t{1});
  add_series(rows, columns);
  columns.future = options.future;
  if (!rows.times.empty()) {
    const bool has_name =
        options.time_column != kAutomaticTimeColumn && options.time_column != kNoTimeColumn;
    columns.time_column = has_name ? options.time_column : "time";
    columns.time_columns = {columns.time_column};
    add_times(rows, options.time_format, name, columns);
  }
  auto table = arrange_columns(std::move(columns), options.missing, name);
  table.sha256 = fingerprint(rows);
  return table;
}

}  // namespace mnemo
