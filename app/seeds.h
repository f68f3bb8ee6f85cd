// One seed for a whole run, and a stream of its own for each of its uses.
#pragma once

#include <cstdint>

#include "datasets/random.h"

namespace mnemo {

enum class SeedUse : uint64_t { split = 1, tokenizer, initialization, batches, steps };

inline uint64_t seed_for(uint64_t seed, SeedUse use) {
  return derive_seed(seed, static_cast<uint64_t>(use));
}

}  // namespace mnemo
