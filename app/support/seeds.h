// One seed for a whole run, and a stream of its own for each of its uses.
#pragma once

#include <cstdint>

#include "datasets/random.h"

namespace mnemo {

enum class SeedUse : uint64_t { split = 1, tokenizer, initialization, batches, steps };

inline uint64_t seed_for(uint64_t seed, SeedUse use) {
  return derive_seed(seed, static_cast<uint64_t>(use));
}

// `split_seed`: 0 for that of the run.
inline uint64_t seed_of_split(uint64_t seed, int64_t split_seed) {
  return split_seed == 0 ? seed : static_cast<uint64_t>(split_seed);
}

}  // namespace mnemo
