#include "datasets/missing_values.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "common/lower_case.h"
#include "common/white_space.h"

namespace mnemo {
bool is_missing(std::string_view cell) {
  static constexpr std::array<std::string_view, 6> kWords{"", "na", "n/a", "nan", "null", "?"};
  return std::ranges::find(kWords, lower_case(trimmed(cell))) != kWords.end();
}

bool is_missing_number(std::string_view cell) {
  static constexpr std::array<std::string_view, 26> kSigns{
      ".",       "..",      "...",   "-",     "--",     "---",    "\u2013", "\u2014",  ":",
      "none",    "<na>",    "#n/a",  "#na",   "nat",    "nil",    "n.a.",   "n.d.",    "\\n",
      "#div/0!", "#value!", "#ref!", "#num!", "#null!", "#name?", "(null)", "#n/a n/a"};
  if (is_missing(cell)) return true;
  constexpr size_t kLongest = 8;
  const std::string_view text = trimmed(cell);
  return text.size() <= kLongest && std::ranges::find(kSigns, lower_case(text)) != kSigns.end();
}

void fill_missing(std::span<double> values, MissingValues how) {
  const auto is_number = [](double value) { return !std::isnan(value); };
  auto before = std::ranges::find_if(values, is_number);
  std::fill(values.begin(), before, *before);
  for (;;) {
    const auto gap = std::find_if_not(before, values.end(), is_number);
    const auto after = std::find_if(gap, values.end(), is_number);
    const auto last = gap - 1;
    for (auto value = gap; value != after; ++value) {
      *value = *last;
      if (how != MissingValues::interpolate || after == values.end()) continue;
      const double share = static_cast<double>(value - last) / static_cast<double>(after - last);
      *value = std::lerp(*last, *after, share);
    }
    if (after == values.end()) return;
    before = after;
  }
}

}  // namespace mnemo
