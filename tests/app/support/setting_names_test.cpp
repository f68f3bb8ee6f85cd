#include "app/support/setting_names.h"

#include <gtest/gtest.h>

#include "mnemo/settings.h"

namespace mnemo {
namespace {

TEST(SettingNames, BecomeFlagsAndOtherQuotesStay) {
  EXPECT_EQ(with_flags("`layers` 40: expected a number"), "--layers 40: expected a number");
  EXPECT_EQ(with_flags("drop `valid` or `valid-share`"), "drop --valid or --valid-share");
  EXPECT_EQ(with_flags("c.ini:3: expected `option = value`, found `layers 3`"),
            "c.ini:3: expected `option = value`, found `layers 3`");
  EXPECT_EQ(with_flags("a file named `, and `x` left"), "a file named `, and --x left");
  EXPECT_EQ(with_flags("``, `A`, `-x`"), "``, `A`, `-x`");
}

TEST(SettingNames, InAFilesNameOrAnotherQuotationStayAsTheyAre) {
  for (const char* text : {"cannot read a`top`b.csv", "cannot read `seed`.csv: no such file",
                           "no label \"`neg`\"; those are \"neg\"", "cannot read in/`seed`"}) {
    EXPECT_EQ(with_flags(text), text);
  }
  EXPECT_EQ(with_flags("leave out `seed`."), "leave out --seed.");
}

TEST(SettingNames, AreWhatTheirReaderKnows) {
  EXPECT_EQ(with_setting_names("`on-stop`: see `layers` and \"`layers`\"",
                               [](std::string_view name) { return "<" + std::string(name) + ">"; }),
            "<on-stop>: see <layers> and \"`layers`\"");
}

}  // namespace
}  // namespace mnemo
