#include "datasets/file_column.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

#include "common/lower_case.h"
#include "common/white_space.h"
#include "datasets/message_text.h"
#include "datasets/missing_values.h"
#include "datasets/text_reader.h"
#include "datasets/times/time_stamps.h"
#include "datasets/written_numbers.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

// True and False of a column that was asked for.
std::optional<double> truth_of(const std::string& cell) {
  const std::string word = lower_case(trimmed(cell));
  if (word == "true" || word == "yes") return 1.0;
  if (word == "false" || word == "no") return 0.0;
  return std::nullopt;
}

// A date of eight digits, or a time of day with colons, is worth keeping.
bool may_begin_times(const std::string& cell, bool is_number) {
  const std::span<const std::string> one(&cell, 1);
  if (!is_number) return find_time_format(one) || find_clock_pattern(one);
  if (trimmed(cell).size() != 8) return false;
  const auto format = find_time_format(one);
  return format && format->pattern == "%Y%m%d";
}

}  // namespace

CellReader::CellReader(const std::string& file, const NumberTableOptions& options)
    : file_(file), options_(options) {
  for (const std::string& marker : options.missing_markers) {
    for (const DecimalMark mark : {DecimalMark::point, DecimalMark::comma}) {
      if (const auto number = parse_number(marker, mark)) missing_numbers_.push_back(*number);
    }
  }
}

void CellReader::fail(int64_t line, std::string_view what) const {
  throw Error(fmt::format("{}:{}: {}", file_, line, what));
}

bool CellReader::is_marker(const std::string& cell) const {
  return is_missing_number(cell) || std::ranges::find(options_.missing_markers, trimmed(cell)) !=
                                        options_.missing_markers.end();
}

void CellReader::take(FileColumn& column, const std::string& cell, int64_t line) {
  if (column.may_hold_words) {
    column.words.emplace_back(trimmed(cell));
    replace_invalid_utf8(column.words.back());
    return;
  }
  if (column.content == Content::unknown && !column.is_key) find_content(column, cell, line);
  if (column.keeps_cells) column.cells.push_back(cell);
  if (column.keeps_numbers && column.content != Content::text) {
    column.numbers.push_back(number_in(column, cell, line));
  }
}

void CellReader::find_content(FileColumn& column, const std::string& cell, int64_t line) const {
  if (is_marker(cell)) return;
  const bool is_number = parse_written_number(cell, column.mark).has_value();
  column.content = is_number ? Content::numbers : Content::text;
  const bool is_first = column.cells.empty() && column.numbers.empty();
  if (options_.time_column == kAutomaticTimeColumn && is_first) {
    column.keeps_cells = column.keeps_cells || may_begin_times(cell, is_number);
    column.begins_as_time = !is_number && find_time_format(std::span(&cell, 1)).has_value();
  }
  if (is_number) return;
  column.first_text = cell;
  column.text_line = line;
}

double CellReader::number_in(FileColumn& column, const std::string& cell, int64_t line) {
  const std::optional<double> number = parse_number(cell, column.mark);
  if (!number || !std::isfinite(*number)) return odd_number(column, cell, line);
  if (missing_numbers_.empty()) return *number;
  const bool is_missing = std::ranges::find(missing_numbers_, *number) != missing_numbers_.end();
  return is_missing ? kNoNumber : *number;
}

double CellReader::odd_number(FileColumn& column, const std::string& cell, int64_t line) {
  const std::optional<double> number = parse_number(cell, column.mark);
  if ((number && std::isnan(*number)) || is_marker(cell)) return kNoNumber;
  const std::string where =
      fmt::format("the column {} holds {}", in_quotes(column.name), in_quotes(cell));
  if (number) {
    fail(line, where +
                   " where a finite number was expected; correct it, or write NA for a value that "
                   "is missing");
  }
  if (const auto written = parse_written_number(cell, column.mark)) {
    if (column.sign.empty() && !written->sign.empty()) {
      column.sign = written->sign;
      column.signed_cell = cell;
      column.signed_value = written->value;
    }
    return written->value;
  }
  if (column.is_asked) {
    if (const auto truth = truth_of(cell)) return *truth;
  }
  // "5B" was a code, as the words behind it show.
  if (!column.sign.empty() && !column.is_asked) {
    column.content = Content::text;
    column.first_text = cell;
    column.text_line = line;
    column.sign.clear();
    return kNoNumber;
  }
  fail(line, fmt::format("{} where a number was expected; {}", where, advice_on(column, cell)));
}

std::string CellReader::advice_on(const FileColumn& column, const std::string& cell) const {
  const bool is_point = column.mark == DecimalMark::point;
  if (parse_written_number(cell, is_point ? DecimalMark::comma : DecimalMark::point)) {
    return is_point ? "if its comma is a decimal mark, say so with `decimal` comma"
                    : "if its point is a decimal mark, say so with `decimal` point";
  }
  if (truth_of(cell)) {
    return "name the column with `target` or `features` to read true as 1 and false as 0";
  }
  return "correct it, write NA for a value that is missing, name what else stands for one with "
         "`missing-marker`, or name only columns of numbers with `target` and `features`";
}

}  // namespace mnemo
