#include "datasets/table_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "common/white_space.h"
#include "datasets/message_text.h"
#include "datasets/missing_values.h"
#include "datasets/text_reader.h"
#include "datasets/times/time_stamps.h"
#include "datasets/written_numbers.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

enum class CellKind { missing, number, time, text };

CellKind kind_of(const std::string& cell) {
  if (is_missing_number(cell)) return CellKind::missing;
  if (parse_written_number(cell, DecimalMark::point) ||
      parse_written_number(cell, DecimalMark::comma)) {
    return CellKind::number;
  }
  const std::span<const std::string> one(&cell, 1);
  return find_time_format(one) || find_clock_pattern(one) ? CellKind::time : CellKind::text;
}

bool is_data(CellKind kind) { return kind == CellKind::number || kind == CellKind::time; }

using Record = std::vector<std::string>;

class HeaderFinder {
 public:
  HeaderFinder(const CsvLayout& layout, const NumberTableOptions& options, const std::string& file)
      : layout_(layout), options_(options), file_(file) {
    constexpr size_t kMostLooked = 12;
    const auto first =
        std::span(layout.records).first(std::min(layout.records.size(), kMostLooked));
    for (const Record& record : first) {
      auto& kinds = kinds_.emplace_back();
      for (const std::string& cell : record) kinds.push_back(kind_of(cell));
    }
  }

  TableHeader find() {
    const bool has_header = options_.header == TableHeaderRow::automatic
                                ? !begins_with_a_row()
                                : options_.header == TableHeaderRow::present;
    if (has_header) {
      take_names();
    } else {
      take_numbers();
    }
    find_marks();
    return std::move(header_);
  }

 private:
  CellKind kind(size_t record, size_t column) const {
    return column < kinds_[record].size() ? kinds_[record][column] : CellKind::missing;
  }

  // Says what the column holds in the records from `record` on; text only if nothing else.
  CellKind kind_below(size_t record, size_t column) const {
    CellKind below = CellKind::missing;
    for (; record < kinds_.size(); ++record) {
      if (is_data(kind(record, column))) return kind(record, column);
      if (kind(record, column) == CellKind::text) below = CellKind::text;
    }
    return below;
  }

  // Numbers that count are names: 0, 1, 2 or 1990, 1991.
  static bool counts(std::span<const std::string> numbers) {
    std::optional<int64_t> before;
    for (const std::string& cell : numbers) {
      const std::string_view text = trimmed(cell);
      int64_t number = 0;
      const auto end = text.data() + text.size();
      if (std::from_chars(text.data(), end, number).ptr != end) return false;
      if (before && number != *before + 1) return false;
      before = number;
    }
    return numbers.size() > 1 || (before && *before == 0);
  }

  bool begins_with_a_row() const {
    if (kinds_.size() < 2) return false;
    const size_t width = kinds_[0].size();
    std::vector<std::string> numbers;
    bool has_time = false;
    for (size_t column = 0; column < width; ++column) {
      const CellKind own = kind(0, column);
      const CellKind below = kind_below(1, column);
      if (own == CellKind::number) numbers.push_back(layout_.records[0][column]);
      has_time = has_time || own == CellKind::time;
      if (own != CellKind::missing && below != CellKind::missing && own != below) return false;
      if (is_data(own) && !is_data(below)) return false;
    }
    if (numbers.empty()) return has_time && width > 1;
    return has_time || !counts(numbers);
  }

  void take_numbers() {
    header_.records = 0;
    const size_t width = layout_.records.empty() ? 1 : layout_.records[0].size();
    for (size_t i = 0; i < width; ++i) {
      header_.names.push_back(fmt::format("column {}", i + 1));
      header_.named.push_back(false);
    }
    if (options_.header != TableHeaderRow::automatic) return;
    const Record& first = layout_.records[0];
    header_.notes.push_back(fmt::format(
        "the first row holds {}{}, as the rows below it: there is no header, and columns go by the "
        "names \"column 1\" and so on (`header` true: it is one)",
        in_quotes(trimmed(first[0])),
        first.size() > 1 ? fmt::format(" and {}", in_quotes(trimmed(first[1]))) : ""));
  }

  void take_names() {
    const Record& first = layout_.records[0];
    for (const std::string& cell : first) header_.names.push_back(clean(cell));
    if (header_.names[0].starts_with('#')) header_.names[0] = clean(header_.names[0].substr(1));
    while (stands_above_numbers(header_.records)) {
      const Record& record = layout_.records[header_.records];
      add_names(record);
      header_.notes.push_back(
          fmt::format("line {} stands between the names of columns and their numbers ({}), and is "
                      "no row",
                      layout_.lines[header_.records], listed_cells(record)));
      ++header_.records;
    }
    for (size_t i = 0; i < header_.names.size(); ++i) {
      header_.named.push_back(!header_.names[i].empty());
      if (header_.names[i].empty()) header_.names[i] = fmt::format("column {}", i + 1);
    }
    std::set<std::string> names;
    for (const std::string& name : header_.names) {
      if (names.insert(name).second) continue;
      throw Error(
          fmt::format("{}:{}: the header names more than one column {}; give each a name "
                      "of its own",
                      file_, layout_.lines[0], in_quotes(name)));
    }
  }

  static std::string clean(std::string_view cell) {
    std::string name(trimmed(cell));
    replace_invalid_utf8(name);
    return name;
  }

  static std::string listed_cells(const Record& record) {
    std::vector<std::string> words;
    for (const std::string& cell : record) {
      if (!trimmed(cell).empty()) words.emplace_back(trimmed(cell));
    }
    return listed(words);
  }

  // True for a record of words, at least one of which is above numbers or times.
  bool stands_above_numbers(size_t record) const {
    if (record + 1 >= kinds_.size()) return false;
    bool above_numbers = false;
    for (size_t column = 0; column < kinds_[record].size(); ++column) {
      if (is_data(kind(record, column))) return false;
      const bool is_word = kind(record, column) == CellKind::text;
      above_numbers = above_numbers || (is_word && is_data(kind_below(record + 1, column)));
    }
    return above_numbers;
  }

  // A name of several records, as data frames write them: of two alike columns, or the only one.
  void add_names(const Record& record) {
    std::map<std::string, int> counts;
    for (const std::string& name : header_.names) counts[name] += 1;
    const auto words = std::ranges::count_if(
        record, [](const std::string& cell) { return !trimmed(cell).empty(); });
    for (size_t i = 0; i < std::min(record.size(), header_.names.size()); ++i) {
      const std::string word = clean(record[i]);
      if (word.empty()) continue;
      std::string& name = header_.names[i];
      const bool names_times = words == 1 && i == 0;
      if (name.empty() || names_times) {
        name = word;
      } else if (counts[name] > 1) {
        name += " " + word;
      }
    }
  }

  struct Evidence {
    int64_t point = 0, comma = 0, point_or_group = 0, comma_or_group = 0, none = 0;
    size_t example = 0;  // the first record whose comma is a decimal mark, or may be one
  };

  Evidence evidence_of(size_t column) const {
    Evidence evidence;
    for (size_t i = header_.records; i < layout_.records.size(); ++i) {
      if (column >= layout_.records[i].size()) continue;
      const std::string& cell = layout_.records[i][column];
      switch (mark_evidence(cell)) {
        case MarkEvidence::point:
          ++evidence.point;
          break;
        case MarkEvidence::comma:
          if (evidence.comma++ == 0) evidence.example = i;
          break;
        case MarkEvidence::point_or_group:
          ++evidence.point_or_group;
          break;
        case MarkEvidence::comma_or_group:
          if (evidence.comma_or_group++ == 0 && evidence.comma == 0) evidence.example = i;
          break;
        case MarkEvidence::none:
          evidence.none += parse_number(cell) ? 1 : 0;
          break;
      }
    }
    return evidence;
  }

  // Each column's own numbers tell, or else those of other columns, or the run's training file, or
  // the delimiter: commas that divide nothing else are most often decimal marks. A decimal comma is
  // asked about.
  void find_marks() {
    const size_t width = header_.names.size();
    if (options_.decimal != DecimalMark::automatic) {
      header_.marks.assign(width, options_.decimal);
      return;
    }
    std::vector<Evidence> columns;
    bool has_comma = false, has_point = false;
    for (size_t i = 0; i < width; ++i) {
      columns.push_back(evidence_of(i));
      const Evidence& own = columns.back();
      has_comma = has_comma || (own.comma > 0 && own.point == 0);
      has_point = has_point || own.point > 0;
    }
    const bool known_comma = options_.found_decimal == DecimalMark::comma && !has_point;
    const bool file_has_comma = has_comma ? !has_point : known_comma;
    for (size_t i = 0; i < width; ++i) {
      header_.marks.push_back(mark_of(columns[i], file_has_comma, has_point));
    }
    for (size_t i = 0; i < width && !known_comma; ++i) {
      const Evidence& own = columns[i];
      if (own.comma + own.comma_or_group == 0) continue;
      if (!is_read(i)) {
        header_.marks[i] = DecimalMark::point;
        continue;
      }
      if (header_.marks[i] == DecimalMark::comma) ask_for_the_mark(i, own);
      if (has_comma || has_point || layout_.format.delimiter == ',') continue;
      header_.notes.push_back(
          fmt::format("the comma of numbers such as {} in the column {} is taken for a mark of "
                      "thousands; say `decimal` comma if it is not",
                      trimmed(layout_.records[own.example][i]), in_quotes(header_.names[i])));
    }
  }

  // Between commas a column that nobody asked for may well hold words.
  bool is_read(size_t column) const {
    if (options_.columns.empty()) return layout_.format.delimiter != ',';
    return std::ranges::find(options_.columns, header_.names[column]) != options_.columns.end();
  }

  // Numbers that are a thousand times too large are a dear mistake.
  [[noreturn]] void ask_for_the_mark(size_t column, const Evidence& own) const {
    throw Error(fmt::format(
        "{}:{}: the column {} holds {}, {}", file_, layout_.lines[own.example],
        in_quotes(header_.names[column]), in_quotes(layout_.records[own.example][column]),
        own.comma > 0
            ? "whose comma is a decimal mark; say so with `decimal` comma"
            : "whose comma may be a decimal mark or group thousands; say which with `decimal` "
              "comma or `decimal` point"));
  }

  DecimalMark mark_of(const Evidence& own, bool file_has_comma, bool file_has_point) const {
    if (own.point > 0) return DecimalMark::point;
    if (own.comma > 0 || file_has_comma) return DecimalMark::comma;
    if (file_has_point) return DecimalMark::point;
    const bool all_grouped = own.comma_or_group > 0 && own.none == 0 && own.point_or_group == 0;
    return all_grouped && layout_.format.delimiter == ';' ? DecimalMark::comma : DecimalMark::point;
  }

  const CsvLayout& layout_;
  const NumberTableOptions& options_;
  const std::string& file_;
  std::vector<std::vector<CellKind>> kinds_;  // of the first records
  TableHeader header_;
};

}  // namespace

TableHeader find_table_header(const CsvLayout& layout, const NumberTableOptions& options,
                              const std::string& file) {
  return HeaderFinder(layout, options, file).find();
}

}  // namespace mnemo
