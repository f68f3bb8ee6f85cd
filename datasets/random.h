// Random numbers that are the same on every machine and standard library, made from (seed, stream).
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <utility>

namespace mnemo {

// Mixes a seed with what it is used for (an epoch, a step, a purpose), so that streams do not
// overlap (SplitMix64's finaliser, Steele et al. 2014).
constexpr uint64_t derive_seed(uint64_t seed, uint64_t stream) {
  uint64_t z = seed + 0x9e3779b97f4a7c15ULL * (stream + 1);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

// Fisher-Yates; std::shuffle may differ between standard libraries.
template <typename T>
void shuffle(std::span<T> items, std::mt19937_64& random) {
  for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random() % i]);
}

}  // namespace mnemo
