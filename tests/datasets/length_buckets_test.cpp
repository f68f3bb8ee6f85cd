#include "datasets/length_buckets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "mnemo/error.h"

namespace mnemo {
namespace {

std::vector<int32_t> random_lengths(size_t count) {
  std::mt19937_64 random(1);
  std::vector<int32_t> lengths(count);
  for (int32_t& length : lengths) length = 1 + static_cast<int32_t>(random() % 400);
  return lengths;
}

std::vector<int64_t> samples_of(const BatchPlan& plan) {
  std::vector<int64_t> samples;
  for (const auto& batch : plan) samples.insert(samples.end(), batch.begin(), batch.end());
  return samples;
}

// The share of the plan's rectangles (batch by longest sequence) that is padding.
double padding_share(const BatchPlan& plan, const std::vector<int32_t>& lengths) {
  int64_t cells = 0;
  int64_t filled = 0;
  for (const auto& batch : plan) {
    int32_t longest = 0;
    for (const int64_t sample : batch) {
      longest = std::max(longest, lengths[static_cast<size_t>(sample)]);
      filled += lengths[static_cast<size_t>(sample)];
    }
    cells += longest * std::ssize(batch);
  }
  return 1 - static_cast<double>(filled) / static_cast<double>(cells);
}

TEST(ShuffledBatches, HoldsEverySampleOnce) {
  const auto lengths = random_lengths(3203);
  const BatchPlan plan = shuffled_batches(lengths, 32, 1, 0);
  EXPECT_EQ(plan.size(), 101u);
  std::vector<int64_t> samples = samples_of(plan);
  std::ranges::sort(samples);
  for (size_t i = 0; i < lengths.size(); ++i) ASSERT_EQ(samples[i], static_cast<int64_t>(i));
  const auto full = [](const auto& batch) { return batch.size() == 32; };
  EXPECT_EQ(std::ranges::count_if(plan, full), 100);
}

TEST(ShuffledBatches, PutsLikeLengthsTogether) {
  const auto lengths = random_lengths(6400);
  EXPECT_LT(padding_share(shuffled_batches(lengths, 32, 1, 0), lengths), 0.03);
}

TEST(ShuffledBatches, DependsOnSeedAndEpochAlone) {
  const auto lengths = random_lengths(500);
  const BatchPlan plan = shuffled_batches(lengths, 8, 1, 0);
  EXPECT_EQ(plan, shuffled_batches(lengths, 8, 1, 0));
  EXPECT_NE(plan, shuffled_batches(lengths, 8, 2, 0));
  EXPECT_NE(plan, shuffled_batches(lengths, 8, 1, 1));
}

TEST(ShuffledBatches, ShufflesTheBatches) {
  const auto lengths = random_lengths(1600);
  std::vector<int64_t> firsts;
  for (const auto& batch : shuffled_batches(lengths, 32, 1, 0)) {
    firsts.push_back(lengths[static_cast<size_t>(batch.front())]);
  }
  EXPECT_FALSE(std::ranges::is_sorted(firsts, std::greater<>()));
}

TEST(ShuffledBatches, MixesSamplesAnewInEachEpoch) {
  const std::vector<int32_t> lengths(64, 7);  // of one length: sorting must not undo the shuffle
  auto first_batch = shuffled_batches(lengths, 32, 1, 0).front();
  std::ranges::sort(first_batch);
  for (int64_t epoch = 1; epoch < 4; ++epoch) {
    for (auto batch : shuffled_batches(lengths, 32, 1, epoch)) {
      std::ranges::sort(batch);
      EXPECT_NE(batch, first_batch);
    }
  }
}

TEST(SortedBatches, StartsWithTheLongest) {
  const std::vector<int32_t> lengths = {3, 9, 5, 9, 1};
  EXPECT_EQ(sorted_batches(lengths, 2), (BatchPlan{{1, 3}, {2, 0}, {4}}));
}

TEST(BatchPlans, AreEmptyForNoSamples) {
  EXPECT_TRUE(shuffled_batches({}, 32, 1, 0).empty());
  EXPECT_TRUE(sorted_batches({}, 32).empty());
}

TEST(BatchPlans, RefuseABatchSizeBelowOne) {
  EXPECT_THROW(shuffled_batches({}, 0, 1, 0), UsageError);
  EXPECT_THROW(sorted_batches({}, -1), UsageError);
}

}  // namespace
}  // namespace mnemo
