#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/sha256.h"
#include "datasets/series/labelled_series.h"
#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using Strings = std::vector<std::string>;

class TsReader : public ::testing::Test {
 protected:
  LabelledSeries read(std::string_view bytes, Targets targets = Targets::required,
                      MissingSteps missing = MissingSteps::fail) const {
    return read_labelled_series(folder_.write("x.ts", bytes), {.missing = missing}, targets);
  }

  std::string error_of(std::string_view bytes, Targets targets = Targets::required) const {
    return message_of([&] { read(bytes, targets); });
  }

 private:
  TestFolder folder_;
};

TEST_F(TsReader, ReadsDimensionsAsFeaturesOfEachStep) {
  const std::string bytes =
      "# About the data: @univariate maybe\n"
      "@problemName Two words\n"
      "@timeStamps false\n"
      "@missing false\n"
      "@univariate false\n"
      "@dimensions 2\n"
      "@equalLength false\n"
      "@classLabel true up down\n"
      "@data\n"
      "1,2,3:-0.5,+1.5,2e1:up\n"
      "\n"
      "# between cases\n"
      " 4 : 5 : down \n";
  const LabelledSeries series = read(bytes);
  EXPECT_EQ(series.values, (std::vector<float>{1, -0.5F, 2, 1.5F, 3, 20, 4, 5}));
  EXPECT_EQ(series.offsets, (std::vector<int64_t>{0, 3, 4}));
  EXPECT_EQ(series.features, (Strings{"1", "2"}));
  EXPECT_EQ(series.ids, (Strings{"1", "2"}));
  EXPECT_EQ(series.targets_per_series, 1);
  EXPECT_EQ(series.targets, (Strings{"up", "down"}));
  EXPECT_EQ(series.sha256, sha256_hex(bytes));
}

TEST_F(TsReader, TakesTagsInAnyOrderAndCase) {
  const LabelledSeries series = read(
      "@CLASSLABEL TRUE\t1  2\n@seriesLength 2\n@EqualLength True\n@Dimension 1\n@UNIVARIATE true\n"
      "@Data\n1,2:2\n3,4:1\n");
  EXPECT_EQ(series.values, (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(series.targets, (Strings{"2", "1"}));
}

TEST_F(TsReader, TakesOtherLineEndingsAndAByteOrderMark) {
  const LabelledSeries series = read("\xEF\xBB\xBF@classLabel true a\r\n@data\r\n\r\n1,2:a\r\n3:a");
  EXPECT_EQ(series.values, (std::vector<float>{1, 2, 3}));
  EXPECT_EQ(series.targets, (Strings{"a", "a"}));
}

TEST_F(TsReader, TakesAnyLabelWhenTheHeaderListsNone) {
  EXPECT_EQ(read("@classLabel true\n@data\n1:x y\n").targets, Strings{"x y"});
}

TEST_F(TsReader, ReadsNumbersAsTargets) {
  EXPECT_EQ(read("@targetLabel true\n@classLabel false\n@data\n1,2:-3.50\n").targets,
            Strings{"-3.50"});
  for (const std::string target : {"high", "nan", "inf"}) {
    EXPECT_TRUE(contains(error_of("@targetLabel true\n@data\n1:2\n1:" + target + "\n"),
                         "x.ts:4: the target \"" + target + "\" is not a finite number"));
  }
}

TEST_F(TsReader, LeavesTargetsOutThatAreNotWanted) {
  const LabelledSeries labelled =
      read("@classLabel true a b\n@data\n1,2:?\n3:other\n", Targets::ignored);
  EXPECT_EQ(labelled.values, (std::vector<float>{1, 2, 3}));
  EXPECT_EQ(labelled.targets_per_series, 0);
  EXPECT_TRUE(labelled.targets.empty());

  const LabelledSeries unlabelled = read("@classLabel false\n@data\n1,2:3,4\n", Targets::ignored);
  EXPECT_EQ(unlabelled.values, (std::vector<float>{1, 3, 2, 4}));
}

TEST_F(TsReader, FillsInMissingValuesOrNamesThem) {
  const std::string bytes = "@classLabel true a\n@data\n0:1:a\n1,?,3:NaN,5,5:a\n";
  EXPECT_EQ(read(bytes, Targets::required, MissingSteps::interpolate).values,
            (std::vector<float>{0, 1, 1, 5, 2, 5, 3, 5}));
  EXPECT_TRUE(contains(error_of(bytes),
                       "x.ts: 2 missing values (line 4, dimension 2, value 1; line 4, dimension 1, "
                       "value 2)"));
}

TEST_F(TsReader, TakesValuesOutOfTheirPairsWithTimes) {
  const auto series = read(
      "@timeStamps true\n@univariate false\n@targetLabel true\n@data\n"
      "(0,-1.5),( 2 , 2e1 ):(0,3),(1,?):0.25\n"
      "(2016-01-01 00:00:00,-0.5):(2016-01-01 00:00:00,7):-1\n",
      Targets::required, MissingSteps::interpolate);
  EXPECT_EQ(series.values, (std::vector<float>{-1.5F, 3, 20, 3, -0.5F, 7}));
  EXPECT_EQ(series.offsets, (std::vector<int64_t>{0, 2, 3}));
  EXPECT_EQ(series.targets, (Strings{"0.25", "-1"}));
}

TEST_F(TsReader, NamesAFaultOfTimeStamps) {
  const std::string header = "@timeStamps true\n@classLabel true a\n@data\n";
  EXPECT_TRUE(contains(error_of(header + "(0,1),(1,2:a\n"), "x.ts:4: \"(1,2\" stands where"));
  EXPECT_TRUE(contains(error_of(header + "(0),(1):a\n"), "x.ts:4: \"(0\" stands where"));
  EXPECT_TRUE(
      contains(error_of(header + "(1,5),(0,6):a\n"), "x.ts:4: the time \"0\" stands behind \"1\""));
}

TEST_F(TsReader, TakesTagsInEverySpelling) {
  const auto series = read(
      "@problem_name x\n@time-stamps false\n@EQUAL_LENGTH true\n@series_length 0\n"
      "@class_label true a\n@data\n1,2:a\n3,4:a\n");
  EXPECT_EQ(series.offsets, (std::vector<int64_t>{0, 2, 4}));
}

TEST_F(TsReader, TakesALengthOfZeroForNone) {
  const auto series =
      read("@equalLength false\n@seriesLength 0\n@classLabel true a\n@data\n1,2:a\n3:a\n");
  EXPECT_EQ(series.offsets, (std::vector<int64_t>{0, 2, 3}));
}

TEST_F(TsReader, NamesAFaultOfTheHeader) {
  const auto expect_error = [&](std::string_view bytes, const std::string& part) {
    EXPECT_TRUE(contains(error_of(bytes), part)) << bytes;
  };
  expect_error("", "x.ts is empty");
  expect_error("@missing false\n@dimensoins 3\n",
               "x.ts:2: unknown tag \"@dimensoins\"; did you mean \"@dimensions\"?");
  expect_error("@relation x\n", "x.ts:1: unknown tag \"@relation\"; the tags are \"@problemName\"");
  expect_error("@dimension 3\n\n@dimensions 3\n", "x.ts:3: @dimensions stands in line 1 already");
  expect_error("@missing false\n", "x.ts: the file ends after 1 line without an \"@data\" line");
  expect_error("@missing false\n1,2:a\n", "x.ts:2: \"1,2:a\" stands where the header");
  expect_error("@missing no\n", "x.ts:1: @missing is \"no\" where true or false was expected");
  expect_error("@univariate\n", "x.ts:1: @univariate is \"\" where true or false was expected");
  expect_error("@classLabel a b\n", "x.ts:1: @classLabel is \"a\" where true or false");
  expect_error("@classLabel false a b\n", "x.ts:1: @classLabel is false, and yet labels");
  for (const std::string number : {"-1", "x", "00x", "2.5", "", "99999999999999999999"}) {
    expect_error("@seriesLength " + number + "\n",
                 "x.ts:1: @seriesLength is \"" + number + "\" where a whole number");
  }
  expect_error("@dimensions 2\n@univariate true\n",
               "x.ts:2: @univariate true in line 2 contradicts 2 dimensions in line 1");
  expect_error("@classLabel true\n@targetLabel true\n",
               "x.ts:2: @classLabel and @targetLabel are both true");
  expect_error("@data 1,2\n", "x.ts:1: the cases begin in the line below @data");
  expect_error(std::string_view("@\0d\0a", 5), "x.ts:1: there is a NUL byte");
}

TEST_F(TsReader, RequiresTargetsThatTheHeaderAnnounces) {
  EXPECT_TRUE(
      contains(error_of("@classLabel false\n@data\n1\n"), "x.ts: the header announces no targets"));
  const std::string header = "@classLabel true cat dog\n@data\n";
  EXPECT_TRUE(contains(error_of(header + "1,2\n"), "x.ts:3: this case has no \":\""));
  EXPECT_TRUE(contains(error_of(header + "1,2:\n"), "x.ts:3: the target behind the last"));
  EXPECT_TRUE(contains(error_of(header + "1,2:?\n"), "x.ts:3: the target behind the last"));
  EXPECT_TRUE(
      contains(error_of(header + "1:cat\n1:dgo\n"),
               "x.ts:4: the label \"dgo\" is not among those that @classLabel lists in line "
               "1: \"cat\", \"dog\"; did you mean \"dog\"?"));
}

TEST_F(TsReader, RequiresTheDimensionsOfTheHeaderOrTheFirstCase) {
  const std::string cases = "@classLabel true\n@data\n1:2:a\n1:a\n";
  EXPECT_TRUE(contains(error_of("@dimensions 3\n" + cases),
                       "x.ts:4: this case has 2 dimensions where @dimensions in line 1 says 3"));
  EXPECT_TRUE(contains(error_of("@univariate true\n" + cases),
                       "x.ts:4: this case has 2 dimensions where @univariate true in line 1 says"));
  EXPECT_TRUE(contains(error_of(cases),
                       "x.ts:4: this case has 1 dimension where the first case (line 3) has 2"));
  EXPECT_TRUE(contains(error_of("@univariate true\n@data\n1:a\n", Targets::ignored),
                       "if the last part is a label, add \"@classLabel true\""));
}

TEST_F(TsReader, RequiresTheLengthsThatTheHeaderClaims) {
  const std::string cases = "@classLabel true\n@data\n1,2:a\n1:a\n";
  EXPECT_TRUE(contains(error_of("@seriesLength 2\n" + cases),
                       "x.ts:5: this case has 1 value a dimension where @seriesLength in line 1 "
                       "says 2"));
  EXPECT_TRUE(contains(error_of("@equalLength true\n" + cases),
                       "x.ts:5: this case has 1 value a dimension where the first case (line 4) "
                       "has, with @equalLength true in line 1, 2"));
  // Some writers give the length of one case although lengths differ.
  EXPECT_EQ(read("@equalLength false\n@seriesLength 2\n" + cases).size(), 2);
}

TEST_F(TsReader, NamesAFaultOfACase) {
  const auto expect_error = [&](std::string_view text, const std::string& part) {
    const std::string bytes = "@classLabel true\n@data\n1,2:3,4:a\n" + std::string(text) + "\n";
    EXPECT_TRUE(contains(error_of(bytes), part)) << text;
  };
  expect_error("1,2:3:a", "x.ts:4: dimension 2 has 1 value where dimension 1 has 2");
  expect_error("1,2::a", "x.ts:4: dimension 2 is empty");
  expect_error("1,2:3,4x:a", "x.ts:4: dimension 2, value 2: \"4x\" is no number");
  expect_error("1,2:3,:a", "x.ts:4: dimension 2, value 2: \"\" is no number");
  expect_error("1,+-2:3,4:a", "x.ts:4: dimension 1, value 2: \"+-2\" is no number");
  expect_error("-inf,2:3,4:a", "x.ts:4: dimension 1, value 1: \"-inf\" is infinite");
  expect_error("1e39,2:3,4:a", "x.ts:4: dimension 1, value 1: \"1e39\" is larger than a 32-bit");
  expect_error("@missing true", "x.ts:4: a tag stands among the cases");
  EXPECT_TRUE(contains(error_of("@classLabel true\n@data\n"), "x.ts holds a header and no cases"));
}

}  // namespace
}  // namespace mnemo
