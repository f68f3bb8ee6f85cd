#include "common/nearest.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <vector>

namespace mnemo {
namespace {

bool same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`; case does
// not count.
size_t edit_distance(std::string_view a, std::string_view b) {
  // costs[i][j]: from the first i letters of `a` to the first j of `b`.
  std::vector costs(a.size() + 1, std::vector<size_t>(b.size() + 1));
  std::iota(costs[0].begin(), costs[0].end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    costs[i][0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = costs[i - 1][j - 1] + (same_letter(a[i - 1], b[j - 1]) ? 0 : 1);
      costs[i][j] = std::min({substituted, costs[i - 1][j] + 1, costs[i][j - 1] + 1});
      const bool swapped =
          i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]);
      if (swapped) costs[i][j] = std::min(costs[i][j], costs[i - 2][j - 2] + 1);
    }
  }
  return costs.back().back();
}

}  // namespace

std::string nearest_name(std::string_view word, std::span<const std::string> candidates) {
  std::string nearest;
  size_t least = std::string::npos;
  for (const std::string& candidate : candidates) {
    const size_t distance = edit_distance(word, candidate);
    const bool likely_slip = 3 * distance <= std::max(word.size(), candidate.size());
    if (likely_slip && distance < least) {
      nearest = candidate;
      least = distance;
    }
  }
  return nearest;
}

}  // namespace mnemo
