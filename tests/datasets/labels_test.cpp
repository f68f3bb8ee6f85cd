#include "datasets/labels.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using Names = std::vector<std::string>;

TEST(LabelSet, SortsDistinctLabelsByTheirBytes) {
  EXPECT_EQ(LabelSet::of(Names{"pos", "neg", "pos", "Neutral", "10", "9"}).names(),
            (Names{"10", "9", "Neutral", "neg", "pos"}));
}

TEST(LabelSet, SortsAsNumbersWhenAllAreIntegers) {
  EXPECT_EQ(LabelSet::of(Names{"10", "9", "-1", "01", "1"}).names(),
            (Names{"-1", "01", "1", "9", "10"}));
}

TEST(LabelSet, KeepsTheOrderItIsGivenAndFindsNumbers) {
  const LabelSet labels(Names{"pos", "neg"});
  EXPECT_EQ(labels.size(), 2);
  EXPECT_EQ(labels.name(0), "pos");
  EXPECT_EQ(labels.find("neg"), 1);
  EXPECT_EQ(labels.find("other"), std::nullopt);
}

TEST(LabelSet, TakesAWholeNumberForOneLabelHoweverItIsWritten) {
  const auto labels = LabelSet::of(Names{"1", "0", "2"});
  EXPECT_EQ(labels.find("1.0"), 1);
  EXPECT_EQ(labels.find("0.0"), 0);
  EXPECT_EQ(labels.find("2.0000000e+00"), 2);
  EXPECT_EQ(labels.find("1.5"), std::nullopt);
  EXPECT_EQ(labels.find("01"), std::nullopt);
  EXPECT_EQ(LabelSet::of(Names{"1.0", "0.0"}).find("1"), 1);
  EXPECT_EQ(LabelSet::of(Names{"1.0", "0", "1", "0.0"}).names(), (Names{"0", "1"}));
  EXPECT_EQ(LabelSet::of(Names{"1.10", "1.1", "1.0"}).names(), (Names{"1.0", "1.1", "1.10"}));
}

TEST(LabelSet, RefusesANameTwice) {
  EXPECT_EQ(message_of([] { LabelSet(Names{"a", "b", "a"}); }), "the label \"a\" is listed twice");
}

}  // namespace
}  // namespace mnemo
