#include "app/training/batch_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace mnemo {
namespace {

// 90 samples of class 0, 9 of class 1, one of class 4.
std::vector<int32_t> skewed() {
  std::vector<int32_t> classes(90, 0);
  classes.insert(classes.end(), 9, 1);
  classes.push_back(4);
  return classes;
}

TEST(BalancedSamples, HaveAsManyOfEachClass) {
  const auto classes = skewed();
  const auto samples = balanced_samples(classes, /*seed=*/3, /*epoch=*/1);
  EXPECT_EQ(samples.size(), classes.size());
  std::map<int32_t, int> counts;
  for (const int64_t sample : samples) ++counts[classes[static_cast<size_t>(sample)]];
  EXPECT_EQ(counts, (std::map<int32_t, int>{{0, 34}, {1, 33}, {4, 33}}));
}

TEST(BalancedSamples, TakeTurnsFromEpochToEpoch) {
  const auto classes = skewed();
  std::map<int64_t, int> times;
  for (int64_t epoch = 1; epoch <= 9; ++epoch) {
    for (const int64_t sample : balanced_samples(classes, 3, epoch)) ++times[sample];
  }
  for (int64_t sample = 0; sample < 90; ++sample) {  // 9 x 34 = 306 places, 3.4 turns
    EXPECT_GE(times[sample], 3) << sample;
    EXPECT_LE(times[sample], 4) << sample;
  }
  for (int64_t sample = 90; sample < 99; ++sample) EXPECT_EQ(times[sample], 33) << sample;
}

TEST(BalancedSamples, DependOnSeedAndEpoch) {
  const auto classes = skewed();
  EXPECT_EQ(balanced_samples(classes, 3, 2), balanced_samples(classes, 3, 2));
  EXPECT_NE(balanced_samples(classes, 3, 2), balanced_samples(classes, 4, 2));
  EXPECT_NE(balanced_samples(classes, 3, 1), balanced_samples(classes, 3, 2));
}

TEST(PlanEpoch, BalancedBatchesHoldTheBalancedSamples) {
  const auto classes = skewed();
  const std::vector<int32_t> lengths(classes.size(), 5);
  std::vector<int64_t> planned;
  for (const auto& batch : plan_epoch(BatchOrder::balanced, lengths, classes, 8, 3, 2)) {
    EXPECT_LE(batch.size(), 8U);
    planned.insert(planned.end(), batch.begin(), batch.end());
  }
  auto expected = balanced_samples(classes, 3, 2);
  std::ranges::sort(planned);
  std::ranges::sort(expected);
  EXPECT_EQ(planned, expected);
}

}  // namespace
}  // namespace mnemo
