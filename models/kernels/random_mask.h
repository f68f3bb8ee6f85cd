// Dropout whose mask is a function of (seed, position): nothing is stored, backward computes it
// again, and threads need no order.
#pragma once

#include "models/kernels/vector.h"

namespace mnemo {
namespace {

// A bijection of words that mixes all bits well (Wellons, "lowbias32").
inline Words mixed(Words x) {
  x ^= x >> 16;
  x *= 0x7FEB352DU;
  x ^= x >> 15;
  x *= 0x846CA68BU;
  x ^= x >> 16;
  return x;
}

inline Words lanes() {
  Words result;
  for (int64_t lane = 0; lane < kWidth; ++lane) result[lane] = static_cast<uint32_t>(lane);
  return result;
}

// Random words for positions `position` and on. Two rounds, a half of the seed before each:
// neighbouring seeds give unrelated masks.
inline Words random_words(uint64_t seed, uint64_t position) {
  const auto low = static_cast<uint32_t>(seed), high = static_cast<uint32_t>(seed >> 32);
  const Words words = lanes() + static_cast<uint32_t>(position);
  return mixed(mixed(words ^ low) + (high + static_cast<uint32_t>(position >> 32)));
}

// `value`, of which each element is dropped or scaled; the first one's position is `position`.
inline Floats dropped(const RandomDrop& drop, Floats value, int64_t position) {
  if (drop.scale == 0.0F) return value;
  const Words random = random_words(drop.seed, static_cast<uint64_t>(position));
  return random < drop.kept ? value * drop.scale : Floats{};
}

template <typename Storage>
void mask(const MaskedCopy<Storage>& copy) {
  for (int64_t i = 0; i < copy.count; i += kWidth) {
    const Floats value = load_some(copy.source + i, copy.count - i);
    store_some(copy.target + i, dropped(copy.drop, value, copy.first + i), copy.count - i);
  }
}

}  // namespace
}  // namespace mnemo
