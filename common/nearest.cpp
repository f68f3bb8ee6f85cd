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

// Insertions, deletions and substitutions that turn `a` into `b`; case does not count.
size_t levenshtein(std::string_view a, std::string_view b) {
  // costs[j]: the distance of the part of `a` seen so far to the first j letters of `b`.
  std::vector<size_t> costs(b.size() + 1);
  std::iota(costs.begin(), costs.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = costs[0];
    costs[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t substituted = diagonal + (same_letter(a[i], b[j]) ? 0 : 1);
      diagonal = costs[j + 1];
      costs[j + 1] = std::min({substituted, costs[j] + 1, costs[j + 1] + 1});
    }
  }
  return costs.back();
}

}  // namespace

std::string nearest_name(std::string_view word, std::span<const std::string> candidates) {
  std::string nearest;
  size_t least = std::string::npos;
  for (const std::string& candidate : candidates) {
    const size_t distance = levenshtein(word, candidate);
    const bool likely_slip = 3 * distance <= std::max(word.size(), candidate.size());
    if (likely_slip && distance < least) {
      nearest = candidate;
      least = distance;
    }
  }
  return nearest;
}

}  // namespace mnemo
