#include "datasets/table_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "common/input_stream.h"
#include "common/nearest.h"
#include "common/white_space.h"
#include "datasets/csv_reader.h"
#include "datasets/message_text.h"
#include "datasets/missing_values.h"
#include "datasets/text_reader.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// The delimiter of which the header line, at the start of `head`, holds most outside of quotes.
char find_delimiter(std::string_view head) {
  constexpr std::string_view kDelimiters = ",;\t";
  std::array<int, kDelimiters.size()> counts{};
  head.remove_prefix(std::min(head.find_first_not_of("\r\n"), head.size()));
  bool quoted = false;
  for (const char c : head) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n') break;
    const size_t index = kDelimiters.find(c);
    if (index != std::string_view::npos) counts.at(index) += 1;
  }
  return kDelimiters[static_cast<size_t>(std::ranges::max_element(counts) - counts.begin())];
}

char delimiter_of(Delimiter delimiter, InputStream& input) {
  return delimiter == Delimiter::automatic ? find_delimiter(input.head()) : character_of(delimiter);
}

enum class Content {
  unknown,  // every cell so far is missing
  numbers,
  text,
};

struct FileColumn {
  std::string name;
  bool keeps_numbers = false;  // unless it turns out to be text
  bool keeps_cells = false;    // is the time column, or may be
  bool may_hold_words = false;
  std::vector<std::string> words;  // of these: the cells
  Content content = Content::unknown;
  std::vector<double> numbers;
  std::vector<std::string> cells;
  std::string first_text;  // of a column of text: its first cell that is not missing, ...
  int64_t text_line = 0;   // ... and the line of it
};

class ColumnReader {
 public:
  ColumnReader(const std::filesystem::path& path, const NumberTableOptions& options)
      : name_(path.string()),
        options_(options),
        input_(InputStream::open(path)),
        csv_(*input_, name_, delimiter_of(options.delimiter, *input_)) {}

  TableColumns read() {
    read_header();
    assign_columns();
    read_rows();
    find_times();
    gather_numbers();
    found_.sha256 = input_->sha256();
    return std::move(found_);
  }

 private:
  [[noreturn]] void fail(int64_t line, std::string_view what) const {
    throw Error(fmt::format("{}:{}: {}", name_, line, what));
  }

  void read_header() {
    if (!csv_.next(fields_)) throw Error(fmt::format("{} is empty", name_));
    std::set<std::string> names;
    for (size_t i = 0; i < fields_.size(); ++i) {
      std::string name(trimmed(fields_[i]));
      replace_invalid_utf8(name);
      if (name.empty()) name = fmt::format("column {}", i + 1);
      if (!names.insert(name).second) {
        fail(csv_.line(), fmt::format("the header names more than one column {}; give each a "
                                      "name of its own",
                                      in_quotes(name)));
      }
      columns_.emplace_back().name = std::move(name);
    }
    // A blank line of one column is a row whose value is missing.
    if (columns_.size() == 1) csv_.keep_blank_lines();
  }

  void assign_columns() {
    const bool time_is_named =
        options_.time_column != kAutomaticTimeColumn && options_.time_column != kNoTimeColumn;
    if (time_is_named) {
      time_index_ = find_column(options_.time_column, "`time-column`");
      columns_[*time_index_].keeps_cells = true;
    }
    if (options_.series_column.empty()) {
      found_.series = {""};
    } else {
      series_index_ = find_column(options_.series_column, "`series-column`");
    }
    for (const std::string& wanted : options_.columns) {
      FileColumn& column = columns_[find_column(wanted, "`target` and `features`")];
      if (column.keeps_numbers) {
        throw Error(fmt::format("{}: the column {} is asked for twice; name it once", name_,
                                in_quotes(wanted)));
      }
      column.keeps_numbers = true;
      column.content = Content::numbers;  // any other cell is an error
    }
    for (const std::string& wanted : options_.word_columns) {
      columns_[find_column(wanted, "`known` and `static`")].may_hold_words = true;
    }
    if (!options_.columns.empty()) return;
    for (size_t i = 0; i < columns_.size(); ++i) {
      columns_[i].keeps_numbers = i != time_index_ && i != series_index_;
    }
  }

  size_t find_column(const std::string& wanted, std::string_view option) const {
    const auto found = std::ranges::find(columns_, wanted, &FileColumn::name);
    if (found != columns_.end()) return static_cast<size_t>(found - columns_.begin());
    std::vector<std::string> names;
    for (const FileColumn& column : columns_) names.push_back(column.name);
    throw Error(
        fmt::format("{}: {}. Name one with {}", name_, no_such("column", wanted, names), option));
  }

  void read_rows() {
    std::vector<int64_t> blank_lines;  // those at the end of the file are no rows
    while (csv_.next(fields_)) {
      if (columns_.size() == 1 && fields_[0].empty()) {
        blank_lines.push_back(csv_.line());
        continue;
      }
      for (const int64_t line : blank_lines) take_row({""}, line);
      blank_lines.clear();
      take_row(fields_, csv_.line());
    }
    if (found_.lines.empty()) throw Error(fmt::format("{} holds a header and no rows", name_));
  }

  void take_row(const std::vector<std::string>& cells, int64_t line) {
    if (cells.size() != columns_.size()) {
      fail(line, fmt::format("this row has {} field{} where the header has {}; quote fields that "
                             "hold the delimiter, or name another one with `delimiter`",
                             cells.size(), cells.size() == 1 ? "" : "s", columns_.size()));
    }
    found_.lines.push_back(line);
    found_.series_of_row.push_back(series_index_ ? series_of(cells[*series_index_]) : 0);
    for (size_t i = 0; i < cells.size(); ++i) take_cell(i, cells[i]);
  }

  int64_t series_of(const std::string& cell) {
    std::string name(trimmed(cell));
    replace_invalid_utf8(name);
    if (name.empty()) {
      fail(found_.lines.back(), fmt::format("the column {}, which names the series, is empty; "
                                            "name the series that the row belongs to",
                                            in_quotes(options_.series_column)));
    }
    const auto index = static_cast<int64_t>(found_.series.size());
    const auto [found, is_new] = series_.try_emplace(name, index);
    if (is_new) found_.series.push_back(std::move(name));
    return found->second;
  }

  void take_cell(size_t index, const std::string& cell) {
    FileColumn& column = columns_[index];
    if (column.may_hold_words) {
      column.words.emplace_back(trimmed(cell));
      replace_invalid_utf8(column.words.back());
      return;
    }
    if (column.content == Content::unknown && index != series_index_) find_content(column, cell);
    if (column.keeps_cells) column.cells.push_back(cell);
    if (column.keeps_numbers && column.content != Content::text) {
      column.numbers.push_back(number_in(column, cell));
    }
  }

  void find_content(FileColumn& column, const std::string& cell) {
    if (is_missing(cell)) return;
    const bool is_number = parse_number(cell, options_.decimal).has_value();
    column.content = is_number ? Content::numbers : Content::text;
    if (is_number) return;
    column.first_text = cell;
    column.text_line = found_.lines.back();
    const bool may_be_time = options_.time_column == kAutomaticTimeColumn &&
                             found_.lines.size() == 1 && find_time_format(std::span(&cell, 1));
    column.keeps_cells = column.keeps_cells || may_be_time;
  }

  double number_in(const FileColumn& column, const std::string& cell) const {
    const std::optional<double> number = parse_number(cell, options_.decimal);
    if (number && std::isfinite(*number)) return *number;
    if (number ? std::isnan(*number) : is_missing(cell)) return kMissing;
    const std::string where =
        fmt::format("the column {} holds {}", in_quotes(column.name), in_quotes(cell));
    if (number) {
      fail(found_.lines.back(),
           where +
               " where a finite number was expected; correct it, or write NA for a value that "
               "is missing");
    }
    fail(found_.lines.back(),
         fmt::format("{} where a number was expected; {}", where, advice_on(cell)));
  }

  std::string_view advice_on(const std::string& cell) const {
    const bool is_point = options_.decimal == DecimalMark::point;
    if (parse_number(cell, is_point ? DecimalMark::comma : DecimalMark::point)) {
      return is_point ? "if its comma is a decimal mark, say so with `decimal` comma"
                      : "if its point is a decimal mark, say so with `decimal` point";
    }
    return "correct it, write NA for a value that is missing, or name only columns of numbers with "
           "`target` and `features`";
  }

  std::optional<TimeFormat> format_of(std::span<const std::string> cells) const {
    const TimeFormat& known = options_.time_format;
    const auto reads = [&](const std::string& cell) { return parse_time(cell, known).has_value(); };
    if (!known.pattern.empty() && std::ranges::all_of(cells, reads)) return known;
    return find_time_format(cells);
  }

  // The first column all of whose cells are times becomes the time column.
  void find_times() {
    for (FileColumn& column : columns_) {
      if (!column.keeps_cells) continue;
      if (const auto format = format_of(column.cells)) {
        found_.time_column = column.name;
        found_.time_format = *format;
        for (const std::string& cell : column.cells) {
          found_.times.push_back(parse_time(cell, *format).value());
        }
        return;
      }
      refuse_times(column);
    }
  }

  void refuse_times(FileColumn& column) {
    const std::span<const std::string> cells = column.cells;
    std::vector<size_t> rows(cells.size());
    std::iota(rows.begin(), rows.end(), size_t{0});
    const auto is_read = [&](size_t row) {
      return find_time_format(cells.first(row + 1)).has_value();
    };
    const size_t row = *std::ranges::partition_point(rows, is_read);
    const std::string fault =
        fmt::format("{}:{}: the column {} holds {}, which is no time{}", name_, found_.lines[row],
                    in_quotes(column.name), in_quotes(cells[row]),
                    row > 0 ? " written as in the rows before" : "");
    if (time_index_) {
      throw Error(fault +
                  "; expected were times such as 2016-07-01 13:00:00, 2016-07-01, 2016-07, "
                  "07/01/2016 13:00, 01.07.2016 or seconds since 1970, all alike");
    }
    found_.warnings.push_back(fault + "; the column is left out");
    column.keeps_numbers = false;
  }

  void gather_numbers() {
    if (options_.columns.empty()) {
      for (FileColumn& column : columns_) {
        if (!column.keeps_numbers || column.name == found_.time_column) continue;
        if (column.content == Content::numbers) {
          found_.numbers.push_back({column.name, std::move(column.numbers)});
        } else {
          warn_of_left_out(column);
        }
      }
    }
    for (const std::string& wanted : options_.columns) {
      FileColumn& column = *std::ranges::find(columns_, wanted, &FileColumn::name);
      if (column.may_hold_words) number_words(column);
      found_.numbers.push_back({column.name, std::move(column.numbers)});
    }
    if (found_.numbers.empty()) throw_no_numbers();
    for (const NumberColumn& column : found_.numbers) require_a_value(column);
    found_.future = options_.future;
  }

  // The values of a column that may hold words: see NumberTableOptions.
  void number_words(FileColumn& column) {
    const auto is_number = [&](const std::string& cell) {
      return is_missing(cell) || parse_number(cell, options_.decimal).has_value();
    };
    const auto known = options_.words.find(column.name);
    const bool are_numbers =
        known == options_.words.end() && std::ranges::all_of(column.words, is_number);
    if (are_numbers) {
      for (const std::string& cell : column.words) {
        column.numbers.push_back(parse_number(cell, options_.decimal).value_or(kMissing));
      }
      return;
    }
    auto& words = found_.words[column.name];
    if (known != options_.words.end()) words = known->second;
    std::unordered_map<std::string, size_t> numbers;
    for (const auto& word : words) numbers.emplace(word, numbers.size());
    for (const std::string& cell : column.words) {
      auto number = numbers.find(cell);
      if (number == numbers.end() && known == options_.words.end() && !is_missing(cell)) {
        words.push_back(cell);
        number = numbers.emplace(cell, numbers.size()).first;
      }
      column.numbers.push_back(
          static_cast<double>(number == numbers.end() ? words.size() : number->second));
    }
    // A missing word before the last was found got too low a number.
    for (size_t row = 0; row < column.words.size(); ++row) {
      if (!numbers.contains(column.words[row])) {
        column.numbers[row] = static_cast<double>(words.size());
      }
    }
  }

  void warn_of_left_out(const FileColumn& column) {
    if (column.content == Content::unknown) {
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
      if (column.content != Content::text || column.name == found_.time_column) continue;
      fail(column.text_line,
           fmt::format("no column of the file holds numbers: {} begins with {}; {}",
                       in_quotes(column.name), in_quotes(column.first_text),
                       advice_on(column.first_text)));
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
  CsvReader csv_;
  std::vector<std::string> fields_;  // of the record read last
  std::vector<FileColumn> columns_;
  std::optional<size_t> time_index_;  // of the column that was named; empty: find it, or have none
  std::optional<size_t> series_index_;
  std::unordered_map<std::string, int64_t> series_;  // indices of found_.series by name
  TableColumns found_;
};

}  // namespace

TableColumns read_table_columns(const std::filesystem::path& path,
                                const NumberTableOptions& options) {
  return ColumnReader(path, options).read();
}

}  // namespace mnemo
