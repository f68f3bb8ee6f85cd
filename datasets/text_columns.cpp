#include "datasets/text_columns.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "common/white_space.h"

namespace mnemo {

std::optional<size_t> column_by_number(const std::string& wanted, size_t width) {
  size_t number = 0;
  const char* const end = wanted.data() + wanted.size();
  const bool is_number = std::from_chars(wanted.data(), end, number).ptr == end;
  if (!is_number || number < 1 || number > width) return std::nullopt;
  return number - 1;
}

std::optional<size_t> column_by_name(const std::string& wanted, const CsvRecord& names) {
  const auto found = std::ranges::find(names, wanted);
  if (found == names.end()) return std::nullopt;
  return static_cast<size_t>(found - names.begin());
}

std::optional<size_t> column_of_repetition(const std::vector<CsvRecord>& records) {
  if (records.empty()) return std::nullopt;
  for (size_t column = 0; column < records.front().size(); ++column) {
    const auto& first = records.front()[column];
    if (trimmed(first).empty()) continue;
    const auto repeats = [&](const CsvRecord& record) {
      return &record != &records.front() && column < record.size() && record[column] == first;
    };
    if (std::ranges::any_of(records, repeats)) return column;
  }
  return std::nullopt;
}

std::vector<std::string> columns_named(const std::string& wanted,
                                       const std::function<bool(const std::string&)>& find) {
  if (find(wanted)) return {wanted};
  std::vector<std::string> names;
  for (std::string_view rest = wanted; !rest.empty();) {
    const size_t comma = std::min(rest.find(','), rest.size());
    names.emplace_back(trimmed(rest.substr(0, comma)));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  if (std::ranges::all_of(names, find)) return names;
  return {};
}

bool WantedColumns::are_in(const CsvRecord& first) const {
  const auto has = [&](const std::string& wanted) {
    return column_by_name(wanted, first) || column_by_number(wanted, first.size());
  };
  if (labels_required_ && (first.size() < 2 || !has(options_.label_column))) return false;
  return !columns_named(options_.text_column, has).empty();
}

bool WantedColumns::name_one_of(const CsvRecord& first) const {
  const auto has = [&](const std::string& wanted) {
    return column_by_name(wanted, first).has_value();
  };
  if (labels_required_ && has(options_.label_column)) return true;
  return !columns_named(options_.text_column, has).empty();
}

bool WantedColumns::go_by_number() const {
  const auto is_number = [](const std::string& wanted) {
    return column_by_number(wanted, std::string::npos).has_value();
  };
  return !columns_named(options_.text_column, is_number).empty() &&
         (!labels_required_ || is_number(options_.label_column));
}

}  // namespace mnemo
