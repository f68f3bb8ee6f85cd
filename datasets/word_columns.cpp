#include "datasets/word_columns.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_map>

#include "datasets/missing_values.h"

namespace mnemo {

void number_words(FileColumn& column, const NumberTableOptions& options, WordLists& words) {
  constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
  const auto number_in = [&](const std::string& cell) { return parse_number(cell, column.mark); };
  const auto known = options.words.find(column.name);
  const bool finds_words = known == options.words.end();
  const bool are_numbers = finds_words && std::ranges::all_of(column.words, [&](const auto& cell) {
                             return is_missing(cell) || number_in(cell).has_value();
                           });
  if (are_numbers) {
    for (const auto& cell : column.words) {
      column.numbers.push_back(number_in(cell).value_or(kMissing));
    }
    return;
  }
  auto& list = words[column.name];
  if (!finds_words) list = known->second;
  std::unordered_map<std::string, size_t> places;
  for (const auto& word : list) places.emplace(word, places.size());
  if (finds_words) {
    for (const auto& cell : column.words) {
      if (!is_missing(cell) && places.emplace(cell, places.size()).second) list.push_back(cell);
    }
  }
  for (const auto& cell : column.words) {
    const auto place = places.find(cell);
    column.numbers.push_back(
        static_cast<double>(place == places.end() ? list.size() : place->second));
  }
}

}  // namespace mnemo
