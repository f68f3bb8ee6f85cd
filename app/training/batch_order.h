// In which order batches take their samples.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "datasets/length_buckets.h"

namespace mnemo {

enum class BatchOrder {
  shuffled,  // anew each epoch
  balanced,  // shuffled, of each class as many samples
  sorted,    // by length, the same each time
};

// A training draws its epochs in one of these ways.
enum class Sampling {
  all,       // every sample once an epoch
  balanced,  // see balanced_samples()
};

// Returns as many samples as there are, of each class that occurs the same number (one more of the
// first classes where they do not come out even). The samples of a class come in shuffled turns
// that go on from epoch to epoch, so that none is left out for long and none of a rare class comes
// oftener than another. classes[i] is that of sample i. Depends on the arguments alone.
std::vector<int64_t> balanced_samples(std::span<const int32_t> classes, uint64_t seed,
                                      int64_t epoch);

// The batches of an epoch over samples of these lengths. `classes` is for BatchOrder::balanced.
BatchPlan plan_epoch(BatchOrder order, std::span<const int32_t> lengths,
                     std::span<const int32_t> classes, int64_t batch_size, uint64_t seed,
                     int64_t epoch);

}  // namespace mnemo
