#include "datasets/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "mnemo/error.h"

namespace mnemo {
namespace {

using RowNumbers = std::vector<int32_t>;

struct DistinctRows {
  std::vector<std::string> texts;
  std::vector<int32_t> labels;

  // `count` rows of distinct texts.
  void add(int32_t label, int count) {
    for (int i = 0; i < count; ++i) add(label, "text " + std::to_string(texts.size()));
  }
  void add(int32_t label, const std::string& text) {
    texts.push_back(text);
    labels.push_back(label);
  }
  Split split(double valid_share, uint64_t seed = 1) const {
    std::vector<uint64_t> hashes;
    for (const auto& text : texts) hashes.push_back(std::hash<std::string>{}(text));
    return stratified_split(hashes, labels, valid_share, seed);
  }
  int64_t count(const std::vector<int32_t>& side, int32_t label) const {
    return std::ranges::count_if(side, [&](int32_t row) { return labels[row] == label; });
  }
};

TEST(StratifiedSplit, TakesTheShareOfEachLabelAndEveryRowOnce) {
  DistinctRows rows;
  rows.add(0, 100);
  rows.add(1, 34);
  rows.add(2, 6);
  const Split split = rows.split(0.1);
  EXPECT_EQ(rows.count(split.valid, 0), 10);
  EXPECT_EQ(rows.count(split.valid, 1), 3);
  EXPECT_EQ(rows.count(split.valid, 2), 1);
  EXPECT_TRUE(std::ranges::is_sorted(split.train));
  EXPECT_TRUE(std::ranges::is_sorted(split.valid));
  std::set<int32_t> all(split.train.begin(), split.train.end());
  all.insert(split.valid.begin(), split.valid.end());
  EXPECT_EQ(all.size(), 140u);
  EXPECT_EQ(split.train.size() + split.valid.size(), 140u);
}

TEST(StratifiedSplit, KeepsEqualTextsOnOneSide) {
  DistinctRows rows;
  for (int i = 0; i < 300; ++i) rows.add(i % 2, "text " + std::to_string(i % 90));
  const Split split = rows.split(0.2);
  std::set<std::string> train_texts;
  for (const int32_t row : split.train) train_texts.insert(rows.texts[row]);
  for (const int32_t row : split.valid) EXPECT_FALSE(train_texts.contains(rows.texts[row]));
  EXPECT_NEAR(static_cast<double>(split.valid.size()), 60, 4);
}

TEST(StratifiedSplit, HoldsOutAndKeepsOneTextOfEachLabelWhereThereAreTwo) {
  DistinctRows rows;
  rows.add(0, 2);
  rows.add(1, 1);
  for (const double share : {0.01, 0.99}) {
    const Split split = rows.split(share);
    EXPECT_EQ(rows.count(split.valid, 0), 1);
    EXPECT_EQ(rows.count(split.train, 0), 1);
  }
  EXPECT_EQ(rows.count(rows.split(0.01).train, 1), 1);
}

TEST(StratifiedSplit, DoesNotHoldOutATextRepeatedTooOften) {
  DistinctRows rows;
  for (int i = 0; i < 50; ++i) rows.add(0, "spam");
  rows.add(0, 50);
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    EXPECT_EQ(rows.count(rows.split(0.1, seed).valid, 0), 10) << "seed " << seed;
  }
  DistinctRows repeated;  // every text more often than wanted: the one repeated least
  for (int i = 0; i < 50; ++i) repeated.add(0, i < 30 ? "spam" : "ham");
  EXPECT_EQ(repeated.count(repeated.split(0.1).valid, 0), 20);
}

TEST(StratifiedSplit, DependsOnTheSeedAlone) {
  DistinctRows rows;
  rows.add(0, 50);
  EXPECT_EQ(rows.split(0.2, 7).valid, rows.split(0.2, 7).valid);
  EXPECT_NE(rows.split(0.2, 7).valid, rows.split(0.2, 8).valid);
}

// Runs resumed or repeated elsewhere must hold out the same rows.
TEST(StratifiedSplit, IsTheSameOnEveryMachine) {
  DistinctRows rows;
  rows.add(0, 10);
  rows.add(1, 10);
  EXPECT_EQ(rows.split(0.2, 1).valid, (RowNumbers{1, 4, 10, 14}));
}

TEST(StratifiedSplit, SplitsNothingIntoNothing) {
  const Split split = DistinctRows().split(0.1);
  EXPECT_TRUE(split.train.empty());
  EXPECT_TRUE(split.valid.empty());
}

TEST(StratifiedSplit, RefusesAShareThatIsNone) {
  for (const double share : {0.0, 1.0, -0.1}) EXPECT_THROW(DistinctRows().split(share), UsageError);
}

}  // namespace
}  // namespace mnemo
