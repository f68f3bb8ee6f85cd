// Rows that are in memory already, as a table.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "common/sha256.h"
#include "datasets/message_text.h"
#include "datasets/number_table.h"
#include "datasets/table_columns.h"
#include "datasets/word_columns.h"
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
  for (const auto& [column, words] : rows.words) {
    if (names.contains(column)) {
      throw UsageError(fmt::format("{}: the column {} holds numbers and words; give it one of them",
                                   name, in_quotes(column)));
    }
    if (words.size() == count) continue;
    throw UsageError(fmt::format("{}: {} words in the column {} for {} rows; give one for each row",
                                 name, words.size(), in_quotes(column), count));
  }
}

// The numbers of a column of words, which `words` then has.
NumberColumn column_of_words(const Rows& rows, const std::string& wanted,
                             const NumberTableOptions& options, const std::string& name,
                             WordLists& words) {
  if (std::ranges::find(options.word_columns, wanted) == options.word_columns.end()) {
    throw Error(fmt::format("{}: the column {} holds words where numbers were expected", name,
                            in_quotes(wanted)));
  }
  FileColumn column;
  column.name = wanted;
  column.words = rows.words.at(wanted);
  number_words(column, options, words);
  return {.name = wanted, .values = std::move(column.numbers)};
}

NumberColumn column_of(const Rows& rows, const std::string& wanted,
                       const NumberTableOptions& options, const std::string& name,
                       WordLists& words) {
  if (rows.words.contains(wanted)) return column_of_words(rows, wanted, options, name, words);
  const auto found = std::ranges::find(rows.columns, wanted);
  if (found == rows.columns.end()) {
    auto names = rows.columns;
    for (const auto& [column, cells] : rows.words) names.push_back(column);
    throw Error(fmt::format("{}: {}", name, no_such("column", wanted, names)));
  }
  if (options.words.contains(wanted)) {
    throw Error(fmt::format("{}: the column {} holds numbers where words were expected, as {}",
                            name, in_quotes(wanted), listed(options.words.at(wanted))));
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
  for (const auto& [column, words] : rows.words) {
    hash.update(fmt::format("{}:{}", column.size(), column));
    for (const auto& word : words) hash.update(fmt::format("{}:{}", word.size(), word));
  }
  return hash.hex();
}

}  // namespace

NumberTable make_number_table(const Rows& rows, const NumberTableOptions& options,
                              const std::string& name) {
  require_rows(rows, name);
  TableColumns columns;
  const auto& wanted = options.columns.empty() ? rows.columns : options.columns;
  for (const auto& column : wanted) {
    columns.numbers.push_back(column_of(rows, column, options, name, columns.words));
  }
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
