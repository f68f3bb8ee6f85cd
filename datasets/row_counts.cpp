#include "datasets/row_counts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <unordered_map>

#include "common/lower_case.h"
#include "common/white_space.h"

namespace mnemo {
namespace {

constexpr size_t kFewestRows = 5;  // that show a count

bool names_rows(std::string_view name) {
  static constexpr std::array<std::string_view, 25> kNames{
      "no",     "no.", "nr",   "nr.",    "#",       "n",      "i",       "id",    "idx",
      "index",  "row", "rows", "rownum", "num",     "number", "row_id",  "rowid", "row_number",
      "record", "obs", "step", "t",      "level_0", "x1",     "rownames"};
  const std::string lower = lower_case(trimmed(name));
  return lower.empty() || lower.starts_with("unnamed: ") ||
         std::ranges::find(kNames, lower) != kNames.end();
}

}  // namespace

bool count_rows(std::span<const double> values, std::span<const int64_t> series_of_row,
                std::string_view name) {
  if (values.size() < kFewestRows || !names_rows(name)) return false;
  bool of_file = true, of_series = true;
  std::unordered_map<int64_t, double> last;
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i]) || values[i] != std::floor(values[i])) return false;
    of_file = of_file && (i == 0 || std::abs(values[i] - values[i - 1]) == 1.0);
    const auto [before, is_first] = last.try_emplace(series_of_row[i], values[i]);
    of_series = of_series && (is_first || values[i] == before->second + 1.0);
    before->second = values[i];
    if (!of_file && !of_series) return false;
  }
  const bool is_monotonous =
      std::ranges::is_sorted(values) || std::ranges::is_sorted(values, std::ranges::greater());
  return (of_file && is_monotonous) || of_series;
}

}  // namespace mnemo
