// In which order batches take their samples.
#pragma once

#include <cstdint>
#include <span>

#include "datasets/length_buckets.h"

namespace mnemo {

enum class BatchOrder {
  shuffled,  // anew each epoch
  sorted,    // by length, the same each time
};

// The batches of an epoch over samples of these lengths.
BatchPlan plan_epoch(BatchOrder order, std::span<const int32_t> lengths, int64_t batch_size,
                     uint64_t seed, int64_t epoch);

}  // namespace mnemo
