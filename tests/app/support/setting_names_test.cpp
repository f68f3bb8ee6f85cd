#include <gtest/gtest.h>

#include "mnemo/settings.h"

namespace mnemo {
namespace {

std::string in_brackets(std::string_view message) {
  return with_setting_names(message,
                            [](std::string_view name) { return "<" + std::string(name) + ">"; });
}

TEST(SettingNames, BecomeWhatTheirReaderKnowsAndOtherQuotesStay) {
  EXPECT_EQ(in_brackets("`layers` 40: expected a number"), "<layers> 40: expected a number");
  EXPECT_EQ(in_brackets("drop `valid` or `valid-share`"), "drop <valid> or <valid-share>");
  EXPECT_EQ(in_brackets("c.ini:3: expected `option = value`, found `layers 3`"),
            "c.ini:3: expected `option = value`, found `layers 3`");
  EXPECT_EQ(in_brackets("a file named `, and `x` left"), "a file named `, and <x> left");
  EXPECT_EQ(in_brackets("``, `A`, `-x`"), "``, `A`, `-x`");
}

TEST(SettingNames, InAFilesNameOrAnotherQuotationStayAsTheyAre) {
  for (const char* text : {"cannot read a`top`b.csv", "cannot read `seed`.csv: no such file",
                           "no label \"`neg`\"; those are \"neg\"", "cannot read in/`seed`"}) {
    EXPECT_EQ(in_brackets(text), text);
  }
  EXPECT_EQ(in_brackets("leave out `seed`."), "leave out <seed>.");
}

}  // namespace
}  // namespace mnemo
