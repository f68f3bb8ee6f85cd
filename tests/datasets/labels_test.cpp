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

TEST(LabelSet, RefusesANameTwice) {
  EXPECT_EQ(message_of([] { LabelSet(Names{"a", "b", "a"}); }), "the label \"a\" is listed twice");
}

}  // namespace
}  // namespace mnemo
