#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/sha256.h"
#include "datasets/series/labelled_series.h"
#include "mnemo/error.h"
#include "tests/datasets/series/series_file_fixture.h"

namespace mnemo {
namespace {

using Strings = std::vector<std::string>;

class SeriesCsv : public SeriesFile {
 protected:
  SeriesCsv() : SeriesFile(SeriesFormat::csv) {}
};

TEST_F(SeriesCsv, BringsTheRowsOfEachIdTogether) {
  const std::string bytes =
      "x,id,label,\"y,z\"\n"
      "1,one,up,2\n"
      "3,two,down,4\n"
      "5,one,up,6\n"
      "\n"
      "7,two,down,-8.5\n"
      "9,one,up,1e1\n";
  const LabelledSeries series = read(bytes);
  EXPECT_EQ(series.features, (Strings{"x", "y,z"}));
  EXPECT_EQ(series.ids, (Strings{"one", "two"}));
  EXPECT_EQ(series.values, (std::vector<float>{1, 2, 5, 6, 9, 10, 3, 4, 7, -8.5F}));
  EXPECT_EQ(series.offsets, (std::vector<int64_t>{0, 3, 5}));
  EXPECT_EQ(series.targets_per_series, 1);
  EXPECT_EQ(series.targets, (Strings{"up", "down"}));
  EXPECT_EQ(series.sha256, sha256_hex(bytes));
}

TEST_F(SeriesCsv, ReadsSeveralTargetsInTheOrderAskedFor) {
  options_.id_column = "case";
  options_.target_columns = {"t2", "t1"};
  const LabelledSeries series = read("t1,case,x,t2\na,1,0.5,b\na,1,0.25,b\nc,2,1,d\n");
  EXPECT_EQ(series.targets_per_series, 2);
  EXPECT_EQ(series.targets, (Strings{"b", "a", "d", "c"}));
  EXPECT_EQ(series.features, Strings{"x"});
  EXPECT_EQ(series.values, (std::vector<float>{0.5F, 0.25F, 1}));
}

TEST_F(SeriesCsv, DividesATsvFileAtTabs) {
  EXPECT_EQ(read("id\tlabel\tx\n1\ta,b\t2\n", Targets::required, "x.TSV").targets, Strings{"a,b"});
}

TEST_F(SeriesCsv, DoesNotNeedTargetsThatAreNotWanted) {
  const LabelledSeries without = read("id,x\n1,2\n", Targets::ignored);
  EXPECT_EQ(without.targets_per_series, 0);
  const LabelledSeries with = read("id,label,x\n1,a,2\n1,,3\n", Targets::ignored);
  EXPECT_EQ(with.features, Strings{"x"});
  EXPECT_EQ(with.values, (std::vector<float>{2, 3}));
  EXPECT_TRUE(with.targets.empty());
}

TEST_F(SeriesCsv, FillsInMissingValuesOrNamesThem) {
  // Sorted by their ids these lines are 2, 4, 6 and 3, 5, 7.
  const std::string bytes =
      "id,label,x,y\n1,a,1,0\n2,a,?,0\n1,a,N/A,0\n2,a,nan,0\n1,a,2, null \n2,a,5,\n";
  EXPECT_TRUE(contains(error_of(bytes),
                       "x.csv: 5 missing values (line 4, column \"x\"; line 6, column \"y\"; line "
                       "3, column \"x\"; ...)"));
  options_.missing = MissingSteps::interpolate;
  EXPECT_EQ(read(bytes).values, (std::vector<float>{1, 0, 1.5F, 0, 2, 0, 5, 0, 5, 0, 5, 0}));
}

TEST_F(SeriesCsv, NamesAFaultOfTheHeader) {
  EXPECT_TRUE(contains(error_of(""), "x.csv is empty"));
  EXPECT_TRUE(contains(error_of("id,label,x\n"), "x.csv holds a header and no rows"));
  EXPECT_TRUE(contains(error_of("ID,label,x\n1,a,2\n"),
                       "x.csv: no column \"id\"; did you mean \"ID\"? the columns are: \"ID\", "
                       "\"label\", \"x\". Name it with `id-column`"));
  EXPECT_TRUE(contains(error_of("id,class,x\n1,a,2\n"), "x.csv: no column \"label\"; the columns"));
  EXPECT_TRUE(contains(error_of("id,label,x,x\n"), "x.csv:1: the header names two columns \"x\""));
  EXPECT_TRUE(contains(error_of(",id,label,x\n"), "x.csv:1: column 1 has no name"));
  EXPECT_TRUE(contains(error_of("id,label\n1,a\n"), "x.csv: there is no column of values"));
  options_.target_columns = {"label", "id"};
  EXPECT_TRUE(contains(error_of("id,label,x\n"), "x.csv: column \"id\" is named twice"));
  options_.target_columns = {};
  EXPECT_THROW(read("id,label,x\n1,a,2\n"), UsageError);
}

TEST_F(SeriesCsv, NamesAFaultOfARow) {
  const auto expect_error = [&](std::string_view row, const std::string& part) {
    EXPECT_TRUE(contains(error_of("id,label,x\n7,a,\"1\n\"\n" + std::string(row) + "\n"), part));
  };
  expect_error("7,b,2",
               "x.csv:4: column \"label\": the target \"b\" differs from \"a\" in line 2, for the "
               "same id \"7\"");
  expect_error("8,,2", "x.csv:4: column \"label\": the target is missing (\"\")");
  expect_error(" ,a,2", "x.csv:4: column \"id\": the id is empty");
  expect_error("7,a", "x.csv:4: this row has 2 fields where the header has 3");
  expect_error("7,a,red", "x.csv:4: column \"x\": \"red\" is not a number");
  expect_error("7,a,-inf", "x.csv:4: column \"x\": \"-inf\" is infinite");
  expect_error("7,a,1e39", "x.csv:4: column \"x\": \"1e39\" is larger than a 32-bit number");
}

TEST_F(SeriesCsv, SortsTheRowsOfASeriesByTheStepColumn) {
  options_.step_column = "when";
  const auto numbers = read("id,when,x,label\n1,2,20,a\n2,5,7,b\n1,-1,10,a\n2,4,6,b\n");
  EXPECT_EQ(numbers.features, Strings{"x"});
  EXPECT_EQ(numbers.values, (std::vector<float>{10, 20, 6, 7}));
  EXPECT_TRUE(numbers.warnings.empty());
  const auto times = read("id,when,x,label\n1,2020-01-31 01:00,20,a\n1,2020-01-31 00:00,10,a\n");
  EXPECT_EQ(times.values, (std::vector<float>{10, 20}));
}

TEST_F(SeriesCsv, NamesAFaultOfTheStepColumn) {
  options_.step_column = "when";
  EXPECT_TRUE(contains(error_of("id,x,label\n1,2,a\n"), "no column \"when\""));
  EXPECT_TRUE(contains(error_of("id,when,x,label\n1,0,2,a\n2,0,2,a\n1,0,3,a\n"),
                       "x.csv:4: `step-column` \"when\": the step \"0\" stands in line 2 already"));
  EXPECT_TRUE(contains(error_of("id,when,x,label\n1,0,2,a\n1,soon,2,a\n"),
                       "x.csv:3: `step-column` \"when\": \"soon\" is no number"));
  options_.step_column = "id";
  EXPECT_TRUE(contains(error_of("id,x,label\n1,2,a\n"), "this column has the ids"));
}

TEST_F(SeriesCsv, SortsRowsThatAreOutOfTheOrderOfAColumnThatCountsThem) {
  const auto series = read("id,t,x,label\n1,1,20,a\n2,0,5,b\n1,0,10,a\n2,1,6,b\n");
  EXPECT_EQ(series.features, (Strings{"t", "x"}));
  EXPECT_EQ(series.values, (std::vector<float>{0, 10, 1, 20, 0, 5, 1, 6}));
  ASSERT_EQ(series.warnings.size(), 1U);
  EXPECT_TRUE(contains(series.warnings[0], "order of their column \"t\""));
  const auto in_order = read("id,t,x,label\n1,0,20,a\n1,1,10,a\n");
  EXPECT_TRUE(in_order.warnings.empty());
}

TEST_F(SeriesCsv, LeavesFeaturesThatOnlyMightCountAsTheyStand) {
  // A rank among the series' values, and a countdown.
  const auto ranks = read("id,rank,x,label\n1,2,20,a\n1,3,30,a\n1,1,10,a\n");
  EXPECT_EQ(ranks.values, (std::vector<float>{2, 20, 3, 30, 1, 10}));
  ASSERT_EQ(ranks.warnings.size(), 1U);
  EXPECT_TRUE(contains(ranks.warnings[0], "`step-column` rank"));
  EXPECT_TRUE(read("id,left,x,label\n1,3,1,a\n1,2,2,a\n1,1,3,a\n").warnings.empty());
  EXPECT_TRUE(read("id,x,label\n1,0,a\n1,1,a\n2,0,b\n2,-1,b\n").warnings.empty());
  // Steps twice: another thing than steps.
  EXPECT_TRUE(read("id,t,x,label\n1,3,1,a\n1,1,2,a\n1,1,3,a\n").warnings.empty());
}

TEST_F(SeriesCsv, FindsTheDelimiterAndBlanksBehindIt) {
  EXPECT_EQ(read("id;label;x\n1;a;2\n").values, (std::vector<float>{2}));
  EXPECT_EQ(read("label, id, x\na, 1, 2\n").features, Strings{"x"});
  options_.delimiter = Delimiter::pipe;
  EXPECT_EQ(read("id|label|x\n1|a|2\n").values, (std::vector<float>{2}));
}

}  // namespace
}  // namespace mnemo
