// Leads from texts to the n-grams that many of them share, and to sparse rows of these.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace mnemo {

// Texts as their token ids; `read` writes those of one over the list, and is called from several
// threads.
struct IdTexts {
  int64_t size = 0;
  std::function<void(int64_t text, std::vector<int32_t>& ids)> read = {};
};

// Row i holds numbers[offsets[i]] to numbers[offsets[i + 1] - 1], ascending.
struct SparseRows {
  std::vector<int64_t> offsets{0};
  std::vector<int32_t> numbers;

  int64_t size() const { return static_cast<int64_t>(offsets.size()) - 1; }
  std::span<const int32_t> operator[](int64_t i) const {
    const auto row = static_cast<size_t>(i);
    return {numbers.data() + offsets[row], static_cast<size_t>(offsets[row + 1] - offsets[row])};
  }
};

// The keys, ascending, of all n-grams of 1 to `longest` ids that `min_texts` texts hold at least.
// Meanwhile each n-gram of each text takes 8 bytes.
std::vector<int64_t> shared_ngrams(const IdTexts& texts, int64_t longest, int64_t min_texts);

// Each row holds the numbers of the n-grams of a text, as they stand among `keys`.
SparseRows ngram_rows(const IdTexts& texts, int64_t longest, std::span<const int64_t> keys);

// Row j of the result holds the rows that hold j. `width`: one more than the highest number can be.
SparseRows transposed(const SparseRows& rows, int64_t width);

}  // namespace mnemo
