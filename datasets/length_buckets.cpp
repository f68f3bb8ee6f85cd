#include "datasets/length_buckets.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "datasets/random.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// Wide enough that the lengths in a batch are alike, narrow enough that which samples meet in a
// batch changes from epoch to epoch.
constexpr int64_t kBatchesPerWindow = 50;

std::vector<int64_t> all_samples(std::span<const int32_t> lengths) {
  std::vector<int64_t> samples(lengths.size());
  std::iota(samples.begin(), samples.end(), int64_t{0});
  return samples;
}

// Stable, so that every standard library gives the same order.
void sort_longest_first(std::span<int64_t> samples, std::span<const int32_t> lengths) {
  std::stable_sort(samples.begin(), samples.end(), [lengths](int64_t a, int64_t b) {
    return lengths[static_cast<size_t>(a)] > lengths[static_cast<size_t>(b)];
  });
}

void require_batch_size(int64_t batch_size) {
  if (batch_size < 1) {
    throw UsageError(fmt::format("the batch size is {}, and must be at least 1", batch_size));
  }
}

// Calls `use` with one span of at most `size` samples after another.
template <typename Use>
void for_each_cut(std::span<int64_t> samples, int64_t size, Use use) {
  while (!samples.empty()) {
    const size_t count = std::min(samples.size(), static_cast<size_t>(size));
    use(samples.first(count));
    samples = samples.subspan(count);
  }
}

BatchPlan cut_into_batches(std::span<int64_t> samples, int64_t batch_size) {
  BatchPlan plan;
  for_each_cut(samples, batch_size,
               [&](std::span<int64_t> batch) { plan.emplace_back(batch.begin(), batch.end()); });
  return plan;
}

}  // namespace

BatchPlan shuffled_batches(std::span<const int32_t> lengths, int64_t batch_size, uint64_t seed,
                           int64_t epoch) {
  require_batch_size(batch_size);
  std::mt19937_64 random(derive_seed(seed, static_cast<uint64_t>(epoch)));
  std::vector<int64_t> samples = all_samples(lengths);
  shuffle(std::span(samples), random);
  for_each_cut(samples, kBatchesPerWindow * batch_size,
               [&](std::span<int64_t> window) { sort_longest_first(window, lengths); });
  BatchPlan plan = cut_into_batches(samples, batch_size);
  shuffle(std::span(plan), random);
  return plan;
}

BatchPlan sorted_batches(std::span<const int32_t> lengths, int64_t batch_size) {
  require_batch_size(batch_size);
  std::vector<int64_t> samples = all_samples(lengths);
  sort_longest_first(samples, lengths);
  return cut_into_batches(samples, batch_size);
}

}  // namespace mnemo
