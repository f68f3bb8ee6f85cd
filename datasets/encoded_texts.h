// Token ids of many texts in one array, and the encoding of texts into it on all threads.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "datasets/tokenizer.h"

namespace mnemo {

enum class Truncate { head, tail, both };

// The ids that stay of a text longer than max_length: the first, the last, or the first half
// (rounded up) and the last half.
struct LengthLimit {
  int64_t max_length = 800;
  Truncate truncate = Truncate::both;
};

// Text i is ids[offsets[i]] to ids[offsets[i + 1] - 1]; never empty.
struct EncodedTexts {
  std::vector<int32_t> ids;
  std::vector<int64_t> offsets{0};

  int64_t size() const { return static_cast<int64_t>(offsets.size()) - 1; }
  int64_t length(int64_t i) const {
    return offsets[static_cast<size_t>(i) + 1] - offsets[static_cast<size_t>(i)];
  }
  std::span<const int32_t> operator[](int64_t i) const {
    return {ids.data() + offsets[static_cast<size_t>(i)], static_cast<size_t>(length(i))};
  }
};

// Cuts `ids` to the limit, in place.
void truncate_ids(std::vector<int32_t>& ids, const LengthLimit& limit);

// Encodes on `threads` threads; the result does not depend on their number. `progress` (may be
// empty) is called from the calling thread with the number of texts done.
EncodedTexts encode_texts(const Tokenizer& tokenizer, std::span<const std::string> texts,
                          const LengthLimit& limit, int64_t threads,
                          const std::function<void(int64_t)>& progress = {});

}  // namespace mnemo
