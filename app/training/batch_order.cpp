#include "app/training/batch_order.h"

#include <map>
#include <numeric>
#include <random>
#include <utility>

#include "datasets/random.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// Places `first` to `first + count` of the samples' shuffled turns.
void take_turns(std::span<const int64_t> samples, int64_t first, int64_t count, uint64_t seed,
                std::vector<int64_t>& taken) {
  const int64_t size = std::ssize(samples);
  while (count > 0) {
    const int64_t turn = first / size, begin = first % size;
    std::vector<int64_t> shuffled(samples.begin(), samples.end());
    std::mt19937_64 random(derive_seed(seed, static_cast<uint64_t>(turn)));
    shuffle(std::span(shuffled), random);
    const int64_t some = std::min(count, size - begin);
    taken.insert(taken.end(), shuffled.begin() + begin, shuffled.begin() + begin + some);
    first += some;
    count -= some;
  }
}

BatchPlan balanced_batches(std::span<const int32_t> lengths, std::span<const int32_t> classes,
                           int64_t batch_size, uint64_t seed, int64_t epoch) {
  const auto samples = balanced_samples(classes, seed, epoch);
  std::vector<int32_t> their_lengths;
  for (const int64_t sample : samples) {
    their_lengths.push_back(lengths[static_cast<size_t>(sample)]);
  }
  auto plan = shuffled_batches(their_lengths, batch_size, seed, epoch);
  for (auto& batch : plan) {
    for (auto& sample : batch) sample = samples[static_cast<size_t>(sample)];
  }
  return plan;
}

}  // namespace

std::vector<int64_t> balanced_samples(std::span<const int32_t> classes, uint64_t seed,
                                      int64_t epoch) {
  std::map<int32_t, std::vector<int64_t>> by_class;
  for (size_t i = 0; i < classes.size(); ++i) {
    by_class[classes[i]].push_back(static_cast<int64_t>(i));
  }
  const int64_t count = std::ssize(by_class), all = std::ssize(classes);
  std::vector<int64_t> taken;
  int64_t number = 0;
  for (const auto& [class_number, samples] : by_class) {
    const int64_t share = all / count + (number++ < all % count ? 1 : 0);
    const uint64_t own_seed = derive_seed(seed, static_cast<uint64_t>(class_number));
    take_turns(samples, (epoch - 1) * share, share, own_seed, taken);
  }
  return taken;
}

BatchPlan plan_epoch(BatchOrder order, std::span<const int32_t> lengths,
                     std::span<const int32_t> classes, int64_t batch_size, uint64_t seed,
                     int64_t epoch) {
  switch (order) {
    case BatchOrder::shuffled:
      return shuffled_batches(lengths, batch_size, seed, epoch);
    case BatchOrder::balanced:
      return balanced_batches(lengths, classes, batch_size, seed, epoch);
    case BatchOrder::sorted:
      return sorted_batches(lengths, batch_size);
  }
  throw Error("unhandled order of batches");
}

}  // namespace mnemo
