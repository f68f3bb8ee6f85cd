#include "app/settings/option_set.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {

enum class Shape { square, round };
template <>
struct EnumNames<Shape> {
  static constexpr std::array table = {EnumName{Shape::square, "square"},
                                       EnumName{Shape::round, "round"}};
};

namespace {

struct Options {
  int64_t layers = 1;
  double dropout = 0.5;
  Shape shape = Shape::square;
  std::string out = {};
};

OptionSet described(Options& options) {
  OptionSet set;
  set.group("Model");
  set.number("layers", options.layers, {1, 16}, "layers");
  set.choice("shape", options.shape, "a shape");
  set.group("Data");
  set.text("out", options.out, "a folder");
  set.not_in_config("out");
  set.group("Model");
  set.number("dropout", options.dropout, {0.0, 0.9}, "dropout");
  return set;
}

TEST(OptionSet, WhatIsGivenComesBeforeAFileBeforeAFallbackBeforeADefault) {
  Options options;
  auto set = described(options);
  set.give("layers", "2");
  set.read_config("layers = 3\nshape = round\n", "c.ini");
  set.fall_back_to("shape = square\ndropout = 0.25\n", "run");
  set.assign_fields();
  EXPECT_EQ(options.layers, 2);
  EXPECT_EQ(options.shape, Shape::round);
  EXPECT_EQ(options.dropout, 0.25);
  EXPECT_TRUE(set.given("layers"));
  EXPECT_FALSE(set.given("shape"));
}

TEST(OptionSet, OptionsOfAHeadingStandTogetherHoweverItIsTakenUp) {
  Options options;
  const auto set = described(options);
  EXPECT_EQ(set.config_text(), "layers = 1\nshape = square\ndropout = 0.5\n");
}

TEST(OptionSet, AnErrorHasTheSettingTheProblemAndTheRemedy) {
  Options options;
  auto set = described(options);
  set.give("shape", "roud");
  try {
    set.assign_fields();
    FAIL() << "accepted";
  } catch (const SettingError& error) {
    EXPECT_EQ(error.setting(), "shape");
    EXPECT_EQ(error.problem(), "roud: expected one of square, round");
    EXPECT_EQ(error.remedy(), "did you mean round?");
    EXPECT_STREQ(error.what(), "`shape` roud: expected one of square, round; did you mean round?");
  }
}

TEST(OptionSet, AnErrorOfAFileHasItsSettingToo) {
  Options options;
  auto set = described(options);
  set.read_config("shape = roud\n", "c.ini");
  try {
    set.assign_fields();
    FAIL() << "accepted";
  } catch (const SettingError& error) {
    EXPECT_EQ(error.setting(), "shape");
    EXPECT_EQ(error.remedy(), "did you mean round?");
    EXPECT_EQ(error.place(), "c.ini:1: ");
    EXPECT_TRUE(contains(error.what(), "c.ini:1: `shape` roud"));
  }
}

TEST(OptionSet, AFileMayBeginWithAByteOrderMark) {
  Options options;
  auto set = described(options);
  set.read_config("\xEF\xBB\xBFlayers = 5\n", "c.ini");
  EXPECT_EQ(set.value("layers"), "5");
}

TEST(OptionSet, AnErrorInAFileNamesItsLine) {
  const auto refusal = [](const std::string& file) {
    return message_of([&] {
      Options options;
      auto set = described(options);
      set.read_config(file, "c.ini");
      set.assign_fields();
    });
  };
  EXPECT_EQ(refusal("\n# layers\nlayers = 17\n"),
            "c.ini:3: `layers` 17: expected a whole number from 1 to 16");
  EXPECT_EQ(refusal("layrs = 2\n"), "c.ini:1: unknown option `layrs`; did you mean `layers`?");
  EXPECT_EQ(refusal("layers = 2\nlayers = 3\n"),
            "c.ini:2: `layers` is set a second time; keep one of the two");
  EXPECT_EQ(refusal("out = a\n"), "c.ini:1: `out` can stand on the command line only");
  EXPECT_EQ(refusal("layers 2\n"), "c.ini:1: expected `option = value`, found \"layers 2\"");
}

}  // namespace
}  // namespace mnemo
