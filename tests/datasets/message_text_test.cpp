#include "datasets/message_text.h"

#include <gtest/gtest.h>

namespace mnemo {
namespace {

TEST(InQuotes, CutsAndRepairsForMessages) {
  EXPECT_EQ(in_quotes("a\xFF"), "\"a\xEF\xBF\xBD\"");
  EXPECT_EQ(in_quotes(std::string(41, 'x')), '"' + std::string(40, 'x') + "...\"");
}

TEST(NoSuch, ListsTwentyNamesAndCountsTheRest) {
  std::vector<std::string> names(22, "long");
  names[0] = "temp";
  const std::string message = no_such("column", "tmep", names);
  EXPECT_TRUE(message.starts_with(
      "no column \"tmep\"; did you mean \"temp\"? the columns are: \"temp\", \"long\", "));
  EXPECT_TRUE(message.ends_with("\"long\" and 2 more"));
}

}  // namespace
}  // namespace mnemo
