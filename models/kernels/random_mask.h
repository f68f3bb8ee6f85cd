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

template <typename Storage>
void mask(const MaskedCopy<Storage>& copy) {
  const auto low = static_cast<uint32_t>(copy.seed);
  const auto high = static_cast<uint32_t>(copy.seed >> 32);
  for (int64_t i = 0; i < copy.count; i += kWidth) {
    const auto position = static_cast<uint64_t>(copy.first + i);
    // Two rounds, a half of the seed before each: neighbouring seeds give unrelated masks.
    const Words words = lanes() + static_cast<uint32_t>(position);
    const Words random = mixed(mixed(words ^ low) + (high + static_cast<uint32_t>(position >> 32)));
    const Floats value = load_some(copy.source + i, copy.count - i);
    store_some(copy.target + i, random < copy.kept ? value * copy.scale : Floats{}, copy.count - i);
  }
}

}  // namespace
}  // namespace mnemo
