#include "models/ngram_keys.h"

#include <algorithm>

namespace mnemo {
namespace {

// The inverse of an odd number modulo 2^64, by Newton's method: each round doubles the bits that
// are right.
constexpr uint64_t inverse(uint64_t odd) {
  uint64_t found = odd;
  for (int round = 0; round < 6; ++round) found *= 2 - odd * found;
  return found;
}

constexpr uint64_t kInverseFactor = inverse(kNgramFactor);
static_assert(kInverseFactor * kNgramFactor == 1);

}  // namespace

int64_t shorter_key(int64_t key, int64_t id) {
  return static_cast<int64_t>(static_cast<uint64_t>(key) * kInverseFactor -
                              static_cast<uint64_t>(id) - 1);
}

void collect_ngram_keys(std::span<const int32_t> ids, int64_t longest, std::vector<int64_t>& keys) {
  keys.clear();
  for (size_t first = 0; first < ids.size(); ++first) {
    const size_t end = std::min(ids.size(), first + static_cast<size_t>(longest));
    int64_t key = 0;
    for (size_t i = first; i < end; ++i) keys.push_back(key = longer_key(key, ids[i]));
  }
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

// Leaps that double from the last place, then a binary search: the keys of a text are few beside
// those that are known, and evenly spread among them.
void find_keys(std::span<const int64_t> keys, std::span<const int64_t> known,
               std::vector<int32_t>& places) {
  places.clear();
  size_t at = 0;
  for (const int64_t key : keys) {
    size_t leap = 1;
    while (at + leap < known.size() && known[at + leap] < key) {
      at += leap;
      leap *= 2;
    }
    const auto end = known.begin() + static_cast<ptrdiff_t>(std::min(known.size(), at + leap + 1));
    const auto found = std::lower_bound(known.begin() + static_cast<ptrdiff_t>(at), end, key);
    at = static_cast<size_t>(found - known.begin());
    if (at == known.size()) return;
    if (known[at] == key) places.push_back(static_cast<int32_t>(at));
  }
}

}  // namespace mnemo
