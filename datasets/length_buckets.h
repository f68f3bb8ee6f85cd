// The batches that samples go into: sequences of like length together, so that little or nothing is
// padded, in an order that is random over the epoch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mnemo {

using BatchPlan = std::vector<std::vector<int64_t>>;  // sample numbers of each batch

// A training epoch: samples are shuffled, cut into windows of 50 batches, sorted by length inside
// each window, cut into batches, and the batches shuffled. Every sample comes exactly once; the
// last batch may be smaller. Depends on (lengths, batch_size, seed, epoch) alone.
BatchPlan shuffled_batches(std::span<const int32_t> lengths, int64_t batch_size, uint64_t seed,
                           int64_t epoch);

// Evaluation takes this one: all samples sorted by length, longest first.
BatchPlan sorted_batches(std::span<const int32_t> lengths, int64_t batch_size);

}  // namespace mnemo
