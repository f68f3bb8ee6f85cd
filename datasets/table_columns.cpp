#include "datasets/table_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "common/input_stream.h"
#include "common/name_list.h"
#include "common/nearest.h"
#include "common/white_space.h"
#include "datasets/csv_reader.h"
#include "datasets/file_column.h"
#include "datasets/message_text.h"
#include "datasets/missing_values.h"
#include "datasets/row_counts.h"
#include "datasets/series_keys.h"
#include "datasets/table_header.h"
#include "datasets/table_layout.h"
#include "datasets/table_times.h"
#include "datasets/word_columns.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

bool is_empty(const std::vector<std::string>& cells) {
  return std::ranges::all_of(cells, [](const auto& cell) { return trimmed(cell).empty(); });
}

class ColumnReader {
 public:
  ColumnReader(const std::filesystem::path& path, const NumberTableOptions& options)
      : name_(path.string()),
        options_(options),
        input_(InputStream::open(path)),
        layout_(find_table_layout(*input_, options)),
        csv_(*input_, name_, layout_.format),
        cells_(name_, options) {}

  TableColumns read() {
    read_header();
    assign_columns();
    read_rows();
    find_times();
    gather_numbers();
    found_.series = std::move(series_.names);
    found_.series_keys = std::move(series_.keys);
    found_.sha256 = input_->sha256();
    return std::move(found_);
  }

 private:
  [[noreturn]] void fail(int64_t line, std::string_view what) const {
    throw Error(fmt::format("{}:{}: {}", name_, line, what));
  }
  void warn(std::string_view what) {
    found_.warnings.push_back(fmt::format("{}: {}", name_, what));
  }

  void read_header() {
    csv_.skip_lines(layout_.skip_lines);
    for (const std::string& note : layout_.notes) warn(note);
    if (layout_.records.empty()) {
      // A fault in the first record is told by the reader.
      if (!csv_.next(fields_)) throw Error(fmt::format("{} is empty", name_));
      layout_.records.push_back(fields_);
      layout_.lines.push_back(csv_.line());
      header_ = find_table_header(layout_, options_, name_);
      row_is_read_ = header_.records == 0;
    } else {
      header_ = find_table_header(layout_, options_, name_);
      for (size_t i = 0; i < header_.records; ++i) csv_.next(fields_);
    }
    for (const std::string& note : header_.notes) warn(note);
    for (size_t i = 0; i < header_.names.size(); ++i) {
      columns_.push_back({.name = header_.names[i], .mark = header_.marks[i]});
    }
    // A blank line of one column is a row whose value is missing.
    if (columns_.size() == 1) csv_.keep_blank_lines();
  }

  void assign_columns() {
    const bool finds_times = options_.time_column == kAutomaticTimeColumn;
    if (!finds_times && options_.time_column != kNoTimeColumn) {
      time_columns_ = find_columns(options_.time_column, "`time-column`");
      for (const size_t column : time_columns_) columns_[column].keeps_cells = true;
    }
    std::vector<size_t> keys;
    if (!options_.series_column.empty()) {
      keys = find_columns(options_.series_column, "`series-column`");
    }
    for (const size_t column : keys) columns_[column].is_key = true;
    series_.name_by(std::move(keys));
    for (const std::string& wanted : options_.columns) {
      FileColumn& column = columns_[find_column(wanted, "`target` and `features`")];
      if (column.is_asked) {
        throw Error(fmt::format("{}: the column {} is asked for twice; name it once", name_,
                                in_quotes(wanted)));
      }
      column.is_asked = column.keeps_numbers = true;
      column.content = Content::numbers;  // any other cell is an error
    }
    for (const std::string& wanted : options_.word_columns) {
      columns_[find_column(wanted, "`known` and `static`")].may_hold_words = true;
    }
    for (FileColumn& column : columns_) {
      if (options_.columns.empty()) {
        column.keeps_numbers = !column.is_key && !is_time(column);
      }
      const bool may_be_time = finds_times && !column.is_asked && !column.is_key;
      column.keeps_cells = column.keeps_cells || (may_be_time && names_times(column.name));
    }
  }

  bool is_time(const FileColumn& column) const {
    const auto index = static_cast<size_t>(&column - columns_.data());
    return std::ranges::find(time_columns_, index) != time_columns_.end();
  }

  // One of that name, or else of each name in the list.
  std::vector<size_t> find_columns(const std::string& wanted, std::string_view option) const {
    if (has_column(wanted)) return {find_column(wanted, option)};
    std::vector<size_t> found;
    const std::vector<std::string> names = split_list(wanted);
    if (names.size() < 2) return {find_column(wanted, option)};
    for (const std::string& name : names) found.push_back(find_column(name, option));
    return found;
  }

  bool has_column(const std::string& wanted) const {
    return std::ranges::find(columns_, wanted, &FileColumn::name) != columns_.end();
  }

  size_t find_column(const std::string& wanted, std::string_view option) const {
    const auto found = std::ranges::find(columns_, wanted, &FileColumn::name);
    if (found != columns_.end()) return static_cast<size_t>(found - columns_.begin());
    std::vector<std::string> names;
    for (const FileColumn& column : columns_) names.push_back(column.name);
    throw Error(
        fmt::format("{}: {}. Name one with {}", name_, no_such("column", wanted, names), option));
  }

  // Rows without a single field at the end of the file are none.
  void read_rows() {
    std::vector<int64_t> empty_lines;
    while (std::exchange(row_is_read_, false) || csv_.next(fields_)) {
      if (is_empty(fields_)) {
        empty_lines.push_back(csv_.line());
        continue;
      }
      for (const int64_t line : empty_lines) {
        take_row(std::vector<std::string>(columns_.size()), line);
      }
      empty_lines.clear();
      while (fields_.size() > columns_.size() && trimmed(fields_.back()).empty()) {
        fields_.pop_back();
      }
      take_row(fields_, csv_.line());
    }
    if (found_.lines.empty()) throw Error(fmt::format("{} holds a header and no rows", name_));
  }

  void take_row(const std::vector<std::string>& cells, int64_t line) {
    if (cells.size() != columns_.size()) {
      fail(line, fmt::format("this row has {} field{} where the header has {}; quote fields that "
                             "hold the delimiter, name another one with `delimiter`, or leave out "
                             "lines above the header with `skip-lines`",
                             cells.size(), cells.size() == 1 ? "" : "s", columns_.size()));
    }
    found_.lines.push_back(line);
    found_.series_of_row.push_back(series_of(cells));
    for (size_t i = 0; i < cells.size(); ++i) cells_.take(columns_[i], cells[i], line);
  }

  int64_t series_of(const std::vector<std::string>& cells) {
    if (const int64_t empty = series_.empty_column(cells); empty >= 0) {
      fail(found_.lines.back(), fmt::format("the column {}, which names the series, is empty; "
                                            "name the series that the row belongs to",
                                            in_quotes(columns_[static_cast<size_t>(empty)].name)));
    }
    return series_.number_of(cells);
  }

  std::vector<TimeCells> kept_cells() const {
    std::vector<TimeCells> kept;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const FileColumn& column = columns_[i];
      if (!column.keeps_cells) continue;
      kept.push_back({.column = i,
                      .name = column.name,
                      .cells = column.cells,
                      .is_number = column.content == Content::numbers,
                      .begins_as_time = column.begins_as_time});
    }
    return kept;
  }

  void find_times() {
    std::vector<TimeCells> kept = kept_cells();
    std::optional<TableTimes> times;
    if (!time_columns_.empty()) {
      std::vector<TimeCells> named;
      for (const size_t column : time_columns_) {
        named.push_back(*std::ranges::find(kept, column, &TimeCells::column));
      }
      times = times_of_columns(named, options_.time_format, found_.series_of_row);
      if (!times) refuse_times(named[0]);
    } else if (options_.time_column == kAutomaticTimeColumn) {
      times = find_table_times(kept, options_.time_format, found_.series_of_row);
      for (const TimeCells& column : kept) {
        if (times && std::ranges::find(times->columns, column.column) != times->columns.end())
          break;
        if (!column.is_number && column.begins_as_time) refuse_times(column);
      }
    }
    if (times) take_times(std::move(*times));
  }

  void take_times(TableTimes times) {
    std::vector<std::string> names;
    for (const size_t column : times.columns) {
      names.push_back(columns_[column].name);
      columns_[column].is_time = true;
    }
    found_.time_column = names.size() == 1 ? names[0] : join_list(names);
    found_.time_columns = std::move(names);
    found_.time_format = std::move(times.read.format);
    found_.times = std::move(times.read.times);
    if (times.guessed) {
      warn(fmt::format("the column{} {} {} taken for the rows' time; say `time-column` none if not",
                       times.columns.size() == 1 ? "" : "s", listed(found_.time_columns),
                       times.columns.size() == 1 ? "is" : "are"));
    }
    if (!times.read.alternative.empty()) {
      warn(
          fmt::format("the times, such as {}, can be read as {} or as {}; the first is taken, and "
                      "`time-format` names another",
                      in_quotes(format_time(found_.times[0], found_.time_format)),
                      found_.time_format.pattern, times.read.alternative));
    }
  }

  void refuse_times(const TimeCells& column) {
    const auto cells = column.cells;
    std::vector<size_t> rows(cells.size());
    std::iota(rows.begin(), rows.end(), size_t{0});
    const auto is_read = [&](size_t row) {
      return find_time_format(cells.first(row + 1)).has_value();
    };
    const auto found = std::ranges::partition_point(rows, is_read);
    const size_t row = found == rows.end() ? 0 : *found;
    const std::string fault =
        fmt::format("{}:{}: the column {} holds {}, which is no time{}", name_, found_.lines[row],
                    in_quotes(column.name), in_quotes(cells[row]),
                    row > 0 ? " written as in the rows before" : "");
    if (!time_columns_.empty()) {
      throw Error(fault +
                  "; expected were times such as 2016-07-01 13:00:00, 2016-07-01, 2016-07, "
                  "07/01/2016 13:00, 01.07.2016 or seconds since 1970, all alike, or as "
                  "`time-format` says");
    }
    found_.warnings.push_back(fault + "; the column is left out");
    columns_[column.column].keeps_numbers = false;
  }

  void gather_numbers() {
    if (options_.columns.empty()) {
      leave_out_counts();
      for (FileColumn& column : columns_) {
        if (!column.keeps_numbers || column.is_time) continue;
        if (column.content == Content::numbers) {
          found_.numbers.push_back({column.name, std::move(column.numbers)});
        } else {
          warn_of_left_out(column);
        }
      }
    }
    for (const std::string& wanted : options_.columns) {
      FileColumn& column = *std::ranges::find(columns_, wanted, &FileColumn::name);
      if (column.may_hold_words) number_words(column, options_, found_.words);
      found_.numbers.push_back({column.name, std::move(column.numbers)});
    }
    found_.has_decimal_comma =
        std::ranges::find(header_.marks, DecimalMark::comma) != header_.marks.end();
    if (found_.numbers.empty()) throw_no_numbers();
    for (const NumberColumn& column : found_.numbers) require_a_value(column);
    found_.future = options_.future;
    for (const FileColumn& column : columns_) {
      if (column.sign.empty() || !column.keeps_numbers) continue;
      warn(fmt::format("the numbers of the column {} are read without signs: {} is {}",
                       in_quotes(column.name), in_quotes(column.signed_cell), column.signed_value));
    }
  }

  // Numbers of rows, as data frames write them, are no series.
  void leave_out_counts() {
    std::vector<FileColumn*> counts;
    bool others = false;
    for (FileColumn& column : columns_) {
      if (!column.keeps_numbers || column.is_time || column.content != Content::numbers) continue;
      const bool named = header_.named[static_cast<size_t>(&column - columns_.data())];
      if (count_rows(column.numbers, found_.series_of_row, named ? column.name : "")) {
        counts.push_back(&column);
      } else {
        others = true;
      }
    }
    if (!others) return;
    for (FileColumn* column : counts) {
      column->keeps_numbers = false;
      warn(
          fmt::format("the column {} counts the rows and is left out; name it with `time-column`, "
                      "`target` or `features` if it matters",
                      in_quotes(column->name)));
    }
  }

  void warn_of_left_out(const FileColumn& column) {
    if (column.content == Content::unknown) {
      const bool named = header_.named[static_cast<size_t>(&column - columns_.data())];
      if (!named) return;  // delimiters at the end of each line
      found_.warnings.push_back(fmt::format("{}: the column {} has no value and is left out", name_,
                                            in_quotes(column.name)));
      return;
    }
    found_.warnings.push_back(
        fmt::format("{}:{}: the column {} holds {}, which is no number, and is left out", name_,
                    column.text_line, in_quotes(column.name), in_quotes(column.first_text)));
  }

  [[noreturn]] void throw_no_numbers() const {
    for (const FileColumn& column : columns_) {
      if (column.content != Content::text || column.is_time || column.is_key) continue;
      fail(column.text_line,
           fmt::format("no column of the file holds numbers: {} begins with {}; {}",
                       in_quotes(column.name), in_quotes(column.first_text),
                       cells_.advice_on(column, column.first_text)));
    }
    throw Error(
        fmt::format("{}: no column of the file holds numbers; add one to it, or name another "
                    "delimiter with `delimiter`",
                    name_));
  }

  void require_a_value(const NumberColumn& column) const {
    if (!std::ranges::all_of(column.values, [](double value) { return std::isnan(value); })) return;
    throw Error(
        fmt::format("{}: the column {} has no value; leave it out of `target` and `features`",
                    name_, in_quotes(column.name)));
  }

  std::string name_;  // of the file
  const NumberTableOptions& options_;
  std::unique_ptr<InputStream> input_;
  CsvLayout layout_;
  CsvReader csv_;
  CellReader cells_;
  TableHeader header_;
  std::vector<std::string> fields_;  // of the record read last
  bool row_is_read_ = false;         // it is a row that was not taken yet
  std::vector<FileColumn> columns_;
  std::vector<size_t> time_columns_;  // those that were named; empty: find them, or have none
  SeriesKeys series_;
  TableColumns found_;
};

}  // namespace

TableColumns read_table_columns(const std::filesystem::path& path,
                                const NumberTableOptions& options) {
  return ColumnReader(path, options).read();
}

}  // namespace mnemo
