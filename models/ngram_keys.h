// The n-grams of a text's token ids, each known by a key of 64 bits.
//
// The key of the ids i_1 ... i_n is h_n, where h_0 = 0 and h_k = (h_{k-1} + i_k + 1) * kNgramFactor
// modulo 2^64: a polynomial that int64 tensors compute exactly in LibTorch and PyTorch, too, whose
// products wrap around. No two of some millions of n-grams should share a key.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mnemo {

inline constexpr uint64_t kNgramFactor = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio; odd
inline constexpr int64_t kLongestNgram = 5;                   // that options may ask for

// The key of an n-gram that goes on with `id`; `key`: of what stands before it, 0 for nothing.
constexpr int64_t longer_key(int64_t key, int64_t id) {
  return static_cast<int64_t>((static_cast<uint64_t>(key) + static_cast<uint64_t>(id) + 1) *
                              kNgramFactor);
}

// Takes the last id of an n-gram away again.
int64_t shorter_key(int64_t key, int64_t id);

// The distinct keys of all n-grams of 1 to `longest` ids, ascending, written over `keys`.
void collect_ngram_keys(std::span<const int32_t> ids, int64_t longest, std::vector<int64_t>& keys);

// The places of those of `keys` that are among `known`, written over `places`. Both ascend.
void find_keys(std::span<const int64_t> keys, std::span<const int64_t> known,
               std::vector<int32_t>& places);

}  // namespace mnemo
