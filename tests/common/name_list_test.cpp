#include "common/name_list.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mnemo {
namespace {

using Names = std::vector<std::string>;

TEST(NameList, SplitsAtCommas) {
  EXPECT_EQ(split_list("a,b c,d"), (Names{"a", "b c", "d"}));
  EXPECT_EQ(split_list(""), Names{});
  EXPECT_EQ(split_list("a,,b"), (Names{"a", "", "b"}));
  EXPECT_EQ(split_list("a,"), Names{"a"});
}

TEST(NameList, KeepsCommasThatAreQuoted) {
  EXPECT_EQ(split_list("\"Sales, total\",b"), (Names{"Sales, total", "b"}));
  EXPECT_EQ(split_list("Sales\\, total,b"), (Names{"Sales, total", "b"}));
  EXPECT_EQ(split_list("\"a \"\"b\"\", c\""), Names{"a \"b\", c"});
  EXPECT_EQ(split_list("5\" disk,C:\\x"), (Names{"5\" disk", "C:\\x"}));
}

TEST(NameList, TakesApartWhatItJoined) {
  const Names names = {"a", "b, c", "\"d\"", "e \"f\", g", "5\" disk"};
  EXPECT_EQ(split_list(join_list(names)), names);
  EXPECT_EQ(join_list(Names{"a", "b, c"}), "a,\"b, c\"");
}

}  // namespace
}  // namespace mnemo
