#include "app/cli/option_table.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {

enum class Colour { red, green };
template <>
struct EnumNames<Colour> {
  static constexpr std::array table = {EnumName{Colour::red, "red"},
                                       EnumName{Colour::green, "green"}};
};

namespace {

struct Values {
  std::string config, file, out;
  int64_t count = 3;
  double rate = 0.5;
  bool fast = true;
  Colour colour = Colour::red;
  std::vector<Colour> colours = {Colour::red};
};

OptionTable make_table(Values& values) {
  OptionTable table("test FILE", "A table for tests.");
  table.positional("file", values.file);
  table.group("Options");
  table.text("config", values.config, "settings");
  table.text("out", values.out, "where to");
  table.number("count", values.count, {1, 10}, "how many");
  table.number("rate", values.rate, {0.0, 1.0}, "how fast");
  table.flag("fast", values.fast, "hurry");
  table.choice("colour", values.colour, "a colour");
  table.choices("colours", values.colours, "colours");
  table.not_in_config("config");
  table.not_in_config("out");
  return table;
}

std::string refusal(const std::vector<std::string>& arguments) {
  Values values;
  try {
    make_table(values).parse(arguments);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

class SavedConfig {
 public:
  explicit SavedConfig(const std::string& text) {
    path_ = std::filesystem::path(testing::TempDir()) /
            ("option_table_" + std::to_string(getpid()) + ".ini");
    std::ofstream(path_) << text;
  }
  ~SavedConfig() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(OptionTable, AFlagDoesNotTakeTheArgumentBehindIt) {
  Values values;
  values.fast = false;
  auto table = make_table(values);
  EXPECT_TRUE(table.parse({"--fast", "a.csv"}));
  EXPECT_TRUE(values.fast);
  EXPECT_EQ(values.file, "a.csv");
}

TEST(OptionTable, AnEmptyValueTakesBackWhatStoodThere) {
  Values values;
  values.out = "runs/a";
  ASSERT_TRUE(make_table(values).parse({"--out=", "--count", "7"}));
  EXPECT_EQ(values.out, "");
  EXPECT_EQ(values.count, 7);
  ASSERT_TRUE(make_table(values).parse({"--out=lr="}));
  EXPECT_EQ(values.out, "lr=");
}

TEST(OptionTable, AnExclusiveOptionTakesBackWhatAConfigFileSaysOfTheOthers) {
  const SavedConfig config("left = a\n");
  struct Sides {
    std::string config, left, right;
  };
  const auto parsed = [&](const std::vector<std::string>& arguments) {
    Sides sides;
    OptionTable table("test", "Two sides.");
    table.group("Options");
    table.text("config", sides.config, "settings");
    table.text("left", sides.left, "one side");
    table.text("right", sides.right, "the other side");
    table.exclusive({"left", "right"});
    EXPECT_TRUE(table.parse(arguments));
    return std::pair(sides.left, sides.right);
  };
  using Found = std::pair<std::string, std::string>;
  EXPECT_EQ(parsed({"--config", config.path(), "--right=b"}), Found("", "b"));
  EXPECT_EQ(parsed({"--config", config.path(), "--right="}), Found("a", ""));
  EXPECT_EQ(parsed({"--left=a", "--right=b"}), Found("a", "b")) << "both on the command line";
}

TEST(OptionTable, ListsAreJoinedByCommasAndAutoStandsForZero) {
  int64_t rows = 0;
  std::vector<int64_t> sizes = {64, 32};
  std::vector<double> shares;
  std::vector<std::string> columns = {"a"};
  const auto make = [&] {
    OptionTable table("test", "A table for tests.");
    table.group("Options");
    table.number_or_auto("rows", rows, {1, 10}, "rows");
    table.list("sizes", sizes, {1, 100}, "sizes");
    table.list("shares", shares, {0.0, 1.0}, "shares");
    table.list("columns", columns, "columns");
    return table;
  };
  auto first = make();
  first.parse({});
  EXPECT_EQ(first.config_text(), "rows = auto\nsizes = 64,32\nshares = \ncolumns = a\n");
  make().parse({"--rows=5", "--sizes=7,7", "--shares=0.1,0.9"});
  EXPECT_EQ(rows, 5);
  EXPECT_EQ(sizes, (std::vector<int64_t>{7, 7}));
  EXPECT_EQ(shares, (std::vector<double>{0.1, 0.9}));
  EXPECT_THROW(make().parse({"--rows=0"}), UsageError);
  EXPECT_THROW(make().parse({"--sizes=7,x"}), UsageError);
  EXPECT_THROW(make().parse({"--columns=a,a"}), UsageError);
}

TEST(OptionTable, WritesFieldsAndKeepsDefaults) {
  Values values;
  auto table = make_table(values);
  ASSERT_TRUE(table.parse({"in.csv", "--count", "7", "--fast=false", "--colours", "green,red"}));
  EXPECT_EQ(values.file, "in.csv");
  EXPECT_EQ(values.count, 7);
  EXPECT_EQ(values.rate, 0.5);
  EXPECT_FALSE(values.fast);
  EXPECT_EQ(values.colours, (std::vector<Colour>{Colour::green, Colour::red}));
  EXPECT_TRUE(table.given("count"));
  EXPECT_FALSE(table.given("rate"));
}

TEST(OptionTable, CommandLineComesBeforeConfigFileBeforeDefault) {
  const SavedConfig config("count = 5\nrate = 0.25\n");
  Values values;
  make_table(values).parse({"--config", config.path(), "--count", "7"});
  EXPECT_EQ(values.count, 7);
  EXPECT_EQ(values.rate, 0.25);
  EXPECT_EQ(values.colour, Colour::red);
}

TEST(OptionTable, ConfigTextIsAConfigFileOfTheSameValues) {
  Values values;
  auto table = make_table(values);
  table.parse({"--count", "9", "--colour", "green", "--out", "x"});
  const std::string text = table.config_text();
  EXPECT_EQ(text.find("out"), std::string::npos);
  const SavedConfig config(text);
  Values again;
  make_table(again).parse({"--config", config.path()});
  EXPECT_EQ(again.count, 9);
  EXPECT_EQ(again.colour, Colour::green);
}

TEST(OptionTable, HelpShowsLiveDefaults) {
  Values values;
  values.count = 4;
  auto table = make_table(values);
  EXPECT_FALSE(table.parse({"--help"}));
  EXPECT_NE(table.help().find("--count arg (=4)"), std::string::npos) << table.help();
  EXPECT_NE(table.help().find("red|green"), std::string::npos);
}

TEST(OptionTable, RefusesWhatItDoesNotKnowAndNamesTheNearest) {
  EXPECT_NE(refusal({"--cuont", "3"}).find("did you mean `count`"), std::string::npos);
  EXPECT_NE(refusal({"--coun", "3"}).find("did you mean `count`"), std::string::npos)
      << "abbreviations are off";
  EXPECT_NE(refusal({"--colour", "gren"}).find("did you mean green"), std::string::npos);
  EXPECT_NE(refusal({"a", "b"}).find("argument too many"), std::string::npos);
  const SavedConfig config("raet = 0.1\n");
  EXPECT_NE(refusal({"--config", config.path()}).find("did you mean `rate`"), std::string::npos);
  const SavedConfig outside("out = x\n");
  EXPECT_NE(refusal({"--config", outside.path()}).find("command line only"), std::string::npos);
}

TEST(OptionTable, RefusesWhatIsOutOfRangeOrNoNumber) {
  for (const char* value : {"0", "11", "3.5", "three", "", "99999999999999999999"}) {
    EXPECT_NE(refusal({std::string("--count=") + value}), "accepted") << value;
  }
  for (const char* value : {"-0.1", "1.1", "nan", "inf"}) {
    EXPECT_NE(refusal({std::string("--rate=") + value}), "accepted") << value;
  }
  EXPECT_NE(refusal({"--fast=perhaps"}), "accepted");
  EXPECT_NE(refusal({"--colours", "red,red"}), "accepted");
  EXPECT_NE(refusal({"--colours", ""}), "accepted");
  EXPECT_NE(refusal({"--count"}), "accepted");
  EXPECT_NE(refusal({"--count", "3", "--count", "4"}), "accepted");
}

TEST(OptionTable, ANumberBelowZeroIsAValueAndNoOption) {
  Values values;
  auto table = make_table(values);
  EXPECT_TRUE(contains(message_of([&] {
                         table.parse({"--count", "-3"});
                       }),
                       "`count` -3: expected"));
  std::vector<std::string> arguments = {"--count", "-3", "--foreign", "-1"};
  EXPECT_EQ(table.take_foreign(arguments), (std::vector<std::string>{"--foreign", "-1"}));
  EXPECT_EQ(arguments, (std::vector<std::string>{"--count", "-3"}));
}

TEST(OptionTable, NamesAnUnknownLetterAsItWasGiven) {
  Values values;
  auto table = make_table(values);
  EXPECT_TRUE(contains(message_of([&] { table.parse({"-x"}); }), "unknown option -x"));
}

}  // namespace
}  // namespace mnemo
