#include "app/cli/flags.h"

#include <gtest/gtest.h>

namespace mnemo {
namespace {

TEST(Flags, StandForTheNamesOfSettings) {
  EXPECT_EQ(with_flags("`layers` 40: expected a number"), "--layers 40: expected a number");
  EXPECT_EQ(with_flags("drop `valid` or `valid-share`"), "drop --valid or --valid-share");
}

TEST(Flags, AreMadeOfTheParts) {
  const SettingError error("cell", ": lstn is none", "take `cell` lstm");
  EXPECT_EQ(in_flags(error), "--cell: lstn is none; take --cell lstm");
  EXPECT_EQ(in_flags(SettingError(error, "`a` b.ini:3: ")),
            "`a` b.ini:3: --cell: lstn is none; take --cell lstm");
  EXPECT_EQ(in_flags(SettingError("valid-share", "and `valid` contradict each other")),
            "--valid-share and --valid contradict each other");
  EXPECT_EQ(in_flags(Error({.setting = "out", .problem = "a `b`: is a file", .remedy = "name c"})),
            "--out a --b: is a file; name c");
}

TEST(Flags, StandInAMessageWithoutParts) {
  EXPECT_EQ(in_flags(Error("two rows are alike: see `seed`")), "two rows are alike: see --seed");
}

}  // namespace
}  // namespace mnemo
