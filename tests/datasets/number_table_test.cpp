#include "datasets/number_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "common/sha256.h"
#include "mnemo/rows.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using Names = std::vector<std::string>;
using Values = std::vector<double>;

class NumberTableTest : public ::testing::Test {
 protected:
  NumberTable read(std::string_view bytes) const {
    return read_number_table(folder_.write("data.csv", bytes), options_);
  }

  // The error of reading, from the name of the file on.
  std::string error_of(std::string_view bytes) const {
    const std::string message = message_of([&] { read(bytes); });
    return message.substr(std::min(message.find("data.csv"), message.size()));
  }

  // The only warning, likewise.
  static std::string warning_of(const NumberTable& table) {
    if (table.warnings.size() != 1) return std::to_string(table.warnings.size()) + " warnings";
    return table.warnings[0].substr(table.warnings[0].find("data.csv"));
  }

  TestFolder folder_;
  NumberTableOptions options_;
};

TEST_F(NumberTableTest, ReadsTimesAndValues) {
  const std::string_view bytes = "date,a,b\n2016-07-01,1,-2.5\n2016-07-02,3,4e1\n";
  const NumberTable table = read(bytes);
  EXPECT_EQ(table.columns, (Names{"a", "b"}));
  EXPECT_EQ(table.values, (Values{1, -2.5, 3, 40}));
  EXPECT_EQ(table.row(1)[0], 3);
  EXPECT_EQ(table.rows(), 2);
  ASSERT_EQ(table.series.size(), 1);
  EXPECT_EQ(table.series[0].name, "");
  EXPECT_EQ(table.series[0].rows(), 2);
  EXPECT_EQ(table.time_column, "date");
  EXPECT_EQ(table.times, (std::vector<int64_t>{1'467'331'200 * kSecond, 1'467'417'600 * kSecond}));
  EXPECT_EQ(table.time_format.pattern, "%Y-%m-%d");
  EXPECT_EQ(table.step, TimeStep{.seconds = 86'400});
  EXPECT_EQ(table.warnings, Names{});
  EXPECT_EQ(table.sha256, sha256_hex(bytes));
}

TEST_F(NumberTableTest, ReadsWhatSpreadsheetsWrite) {
  const NumberTable table =
      read("\xEF\xBB\xBF\"Month\",\"a\"\r\n\"1949-01\",112\r\n\"1949-02\", 118 ");
  EXPECT_EQ(table.columns, Names{"a"});
  EXPECT_EQ(table.time_column, "Month");
  EXPECT_EQ(table.values, (Values{112, 118}));
  EXPECT_EQ(table.step, TimeStep{.months = 1});
}

TEST_F(NumberTableTest, ReadsThousandsSeparators) {
  EXPECT_EQ(read("a,b\n\"1,234.5\",2\n").values, (Values{1234.5, 2}));
}

TEST_F(NumberTableTest, ReadsDecimalCommas) {
  options_.decimal = DecimalMark::comma;
  const NumberTable table = read("Datum;a;b\n01.07.2016;1.234,5;2\n02.07.2016;0,5;-3,25\n");
  EXPECT_EQ(table.values, (Values{1234.5, 2, 0.5, -3.25}));
  EXPECT_EQ(table.time_column, "Datum");
}

TEST_F(NumberTableTest, FindsTheDelimiterByTheHeader) {
  EXPECT_EQ(read("a,b\n1,2\n").columns, (Names{"a", "b"}));
  EXPECT_EQ(read("\n\na;b\n1;2\n").columns, (Names{"a", "b"}));
  EXPECT_EQ(read("a\tb,c\td\n1\t2\t3\n").columns, (Names{"a", "b,c", "d"}));
  EXPECT_EQ(read("\"a;b;c\",d\n1,2\n").columns, (Names{"a;b;c", "d"}));
  EXPECT_EQ(read("a\n1\n").columns, Names{"a"});
}

TEST_F(NumberTableTest, TakesTheDelimiterThatIsNamed) {
  const std::string_view bytes = "a;b,c\n1;2\n";
  options_.delimiter = Delimiter::semicolon;
  EXPECT_EQ(read(bytes).columns, (Names{"a", "b,c"}));
  options_.delimiter = Delimiter::tab;
  EXPECT_EQ(read("a;b,c;d\te\n1\t2\n").columns, (Names{"a;b,c;d", "e"}));
  options_.delimiter = Delimiter::comma;
  EXPECT_EQ(read("a;b;c,d\n1,2\n").columns, (Names{"a;b;c", "d"}));
}

// Columns.

TEST_F(NumberTableTest, ReadsTheColumnsAskedForInTheirOrder) {
  options_.columns = {"c", "a"};
  const NumberTable table = read("a,name,b,c\n1,x,NA,3\n4,y,?,6\n");
  EXPECT_EQ(table.columns, (Names{"c", "a"}));
  EXPECT_EQ(table.values, (Values{3, 1, 6, 4}));
  EXPECT_EQ(table.warnings, Names{});
}

TEST_F(NumberTableTest, LeavesOutColumnsOfTextWithAWarning) {
  const NumberTable table = read("a,town\n1,NA\n2,Ulm\n");
  EXPECT_EQ(table.columns, Names{"a"});
  EXPECT_EQ(warning_of(table),
            "data.csv:3: the column \"town\" holds \"Ulm\", which is no number, and is left out");
}

TEST_F(NumberTableTest, LeavesOutAColumnWithoutAnyValueWithAWarning) {
  const NumberTable table = read("a,b\n1,\n2,NA\n");
  EXPECT_EQ(table.columns, Names{"a"});
  EXPECT_EQ(warning_of(table), "data.csv: the column \"b\" has no value and is left out");
}

TEST_F(NumberTableTest, RefusesAColumnWithoutAnyValueThatIsAskedFor) {
  options_.columns = {"a", "b"};
  options_.missing = MissingValues::interpolate;
  EXPECT_TRUE(contains(error_of("a,b\n1,\n2,NA\n"), "data.csv: the column \"b\" has no value"));
}

TEST_F(NumberTableTest, RefusesTextInAColumnAskedFor) {
  options_.columns = {"a", "town"};
  EXPECT_EQ(error_of("a,town\n1,Ulm\n"),
            "data.csv:2: the column \"town\" holds \"Ulm\" where a number was expected; correct "
            "it, write NA for a value that is missing, or name only columns of numbers with "
            "`target` and `features`");
}

TEST_F(NumberTableTest, RefusesACellThatIsNoNumber) {
  EXPECT_TRUE(contains(error_of("d,a\n2016-01,1\n\n2016-02,\"1\n2\"\n2016-03,3 m\n"),
                       "data.csv:4: the column \"a\" holds \"1\n2\" where a number was expected"));
  EXPECT_TRUE(contains(error_of("a;b\n1;2\n3;4,5\n"),
                       "data.csv:3: the column \"b\" holds \"4,5\" where a number was expected; if "
                       "its comma is a decimal mark, say so with `decimal` comma"));
}

TEST_F(NumberTableTest, RefusesInfiniteNumbers) {
  EXPECT_TRUE(contains(error_of("a\n1\n-inf\n"),
                       "data.csv:3: the column \"a\" holds \"-inf\" where a finite number was"));
  EXPECT_TRUE(contains(error_of("a\n1\n1e999\n"), "where a finite number was expected"));
}

TEST_F(NumberTableTest, SuggestsTheNearestColumn) {
  const std::string_view bytes = "date,temp,wind\n2016-01-01,1,2\n";
  options_.columns = {"tmep"};
  EXPECT_EQ(error_of(bytes),
            "data.csv: no column \"tmep\"; did you mean \"temp\"? the columns are: \"date\", "
            "\"temp\", \"wind\". Name one with `target` and `features`");
  options_.columns.clear();
  options_.time_column = "when";
  EXPECT_TRUE(contains(error_of(bytes),
                       "no column \"when\"; the columns are: \"date\", \"temp\", \"wind\". "
                       "Name one with `time-column`"));
  options_.time_column = "auto";
  options_.series_column = "Temps";
  EXPECT_TRUE(contains(error_of(bytes), "did you mean \"temp\"?"));
}

TEST_F(NumberTableTest, RefusesRepeatedNames) {
  EXPECT_TRUE(contains(error_of("a,b,a\n1,2,3\n"),
                       "data.csv:1: the header names more than one column \"a\""));
  options_.columns = {"a", "a"};
  EXPECT_TRUE(contains(error_of("a,b\n1,2\n"), "the column \"a\" is asked for twice"));
}

TEST_F(NumberTableTest, NamesColumnsWithoutANameByTheirNumber) {
  const NumberTable table = read(",a, \n2016-01-01,1,2\n");
  EXPECT_EQ(table.time_column, "column 1");
  EXPECT_EQ(table.columns, (Names{"a", "column 3"}));
}

TEST_F(NumberTableTest, RefusesRowsWithTooFewOrTooManyFields) {
  EXPECT_TRUE(contains(error_of("a,b\n1,2\n3\n"),
                       "data.csv:3: this row has 1 field where the header has 2"));
  EXPECT_TRUE(contains(error_of("a,b\n1,2,3\n"),
                       "data.csv:2: this row has 3 fields where the header has 2"));
}

TEST_F(NumberTableTest, RefusesFilesWithoutRowsOrNumbers) {
  EXPECT_EQ(error_of(""), "data.csv is empty");
  EXPECT_EQ(error_of("a,b\n"), "data.csv holds a header and no rows");
  EXPECT_EQ(error_of("a\n\n\n"), "data.csv holds a header and no rows");
  EXPECT_TRUE(contains(error_of("date,a\n2016-01-01,x\n"),
                       "data.csv:2: no column of the file holds numbers: \"a\" begins with \"x\""));
  EXPECT_TRUE(contains(error_of("a;b\n20,7;1,5\n"), "say so with `decimal` comma"));
  EXPECT_TRUE(contains(error_of("date\n2016-01-01\n"), "data.csv: no column of the file holds"));
}

// Missing values.

TEST_F(NumberTableTest, NamesAndCountsMissingValues) {
  EXPECT_EQ(error_of("a,b\n1,\nNaN,2\n3,n/a\n?,null\n"),
            "data.csv: 5 values are missing: line 2 (column \"b\"), line 3 (column \"a\"), line 4 "
            "(column \"b\") and 2 more; give the values, or let them be filled in with `missing` "
            "interpolate or `missing` forward");
}

TEST_F(NumberTableTest, InterpolatesMissingValues) {
  options_.missing = MissingValues::interpolate;
  const NumberTable table = read("a,b\n,1\n1,\n,\n4,7\n,8\n");
  EXPECT_EQ(table.values, (Values{1, 1, 1, 3, 2.5, 5, 4, 7, 4, 8}));
  EXPECT_EQ(warning_of(table),
            "data.csv: 5 values are missing: line 2 (column \"a\"), line 3 (column \"b\"), line 4 "
            "(column \"a\") and 2 more; filled in by interpolation");
}

TEST_F(NumberTableTest, CarriesValuesForward) {
  options_.missing = MissingValues::forward;
  const NumberTable table = read("a,b\n,1\n1,\n,\n4,7\n,8\n");
  EXPECT_EQ(table.values, (Values{1, 1, 1, 1, 1, 1, 4, 7, 4, 8}));
  EXPECT_TRUE(contains(warning_of(table), "and 2 more; filled in with the value before"));
}

TEST_F(NumberTableTest, FillsNothingInAcrossSeries) {
  options_.series_column = "id";
  const std::string_view bytes = "id,a\nx,1\nx,3\ny,\nx,\ny,9\n";
  options_.missing = MissingValues::interpolate;
  EXPECT_EQ(read(bytes).values, (Values{1, 3, 3, 9, 9}));
  options_.missing = MissingValues::forward;
  EXPECT_EQ(read(bytes).values, (Values{1, 3, 3, 9, 9}));
  EXPECT_TRUE(contains(error_of("id,a\nx,1\ny,\n"),
                       "data.csv: the series \"y\" has no value in the column \"a\""));
}

TEST_F(NumberTableTest, TakesABlankLineOfOneColumnForAMissingValue) {
  options_.missing = MissingValues::interpolate;
  EXPECT_EQ(read("a\n1\n\n3\n\n\n").values, (Values{1, 2, 3}));
}

// Series.

TEST_F(NumberTableTest, GroupsMixedSeriesInTheOrderOfTheirFirstRows) {
  options_.series_column = "id";
  const NumberTable table = read(
      "date,id,a\n2016-01-01,x,1\n2015-01-01,b,2\n2016-01-02,x,3\n2015-01-02, b,4\n"
      "2015-01-03,b,5\n");
  ASSERT_EQ(table.series.size(), 2);
  EXPECT_EQ(table.series[0].name, "x");
  EXPECT_EQ(table.series[0].end, 2);
  EXPECT_EQ(table.series[1].name, "b");
  EXPECT_EQ(table.series[1].begin, 2);
  EXPECT_EQ(table.series[1].end, 5);
  EXPECT_EQ(table.columns, Names{"a"});
  EXPECT_EQ(table.values, (Values{1, 3, 2, 4, 5}));
  EXPECT_EQ(format_time(table.times[2], table.time_format), "2015-01-01");
  EXPECT_EQ(table.step, TimeStep{.seconds = 86'400});
  EXPECT_EQ(table.warnings, Names{});
}

TEST_F(NumberTableTest, TakesNumbersForNamesOfSeries) {
  options_.series_column = "id";
  const NumberTable table = read("id,a\n7,1\nNA,2\n");
  ASSERT_EQ(table.series.size(), 2);
  EXPECT_EQ(table.series[1].name, "NA");
  EXPECT_EQ(table.columns, Names{"a"});
}

TEST_F(NumberTableTest, RefusesARowOfNoSeries) {
  options_.series_column = "id";
  EXPECT_TRUE(contains(error_of("id,a\nx,1\n ,2\n"),
                       "data.csv:3: the column \"id\", which names the series, is empty"));
}

// Times.

TEST_F(NumberTableTest, FindsTheFirstColumnOfTimes) {
  const NumberTable table = read("n,note,day,due\n1467331200,x,2016-01-01,2016-02-01\n");
  EXPECT_EQ(table.time_column, "day");
  EXPECT_EQ(table.columns, Names{"n"});
  EXPECT_EQ(table.warnings.size(), 2);  // of the columns left out
}

TEST_F(NumberTableTest, TakesTheTimeColumnThatIsNamed) {
  options_.time_column = "due";
  EXPECT_EQ(read("day,due,a\n2016-01-01,2016-02-01,1\n").times,
            std::vector<int64_t>{1'454'284'800 * kSecond});
  options_.time_column = "s";  // of seconds: numbers are times only when they are named
  const NumberTable table = read("s,a\n60,1\n120,2\n");
  EXPECT_EQ(table.times, (std::vector<int64_t>{60 * kSecond, 120 * kSecond}));
  EXPECT_EQ(table.columns, Names{"a"});
  options_.time_column = "auto";
  EXPECT_EQ(read("s,a\n60,1\n120,2\n").time_column, "");
}

TEST_F(NumberTableTest, ReadsNoTimesWhenThereAreToBeNone) {
  options_.time_column = "none";
  options_.columns = {"a"};
  const NumberTable table = read("date,a\n2016-01-02,1\n2016-01-01,2\n");
  EXPECT_EQ(table.time_column, "");
  EXPECT_TRUE(table.times.empty());
  EXPECT_EQ(table.step, TimeStep{});
  EXPECT_EQ(table.warnings, Names{});
}

TEST_F(NumberTableTest, NamesTheCellThatIsNoTime) {
  const std::string_view bytes = "date,a\n07/01/2016,1\n13/01/2016,2\n13/13/2016,3\n";
  const std::string fault =
      "data.csv:4: the column \"date\" holds \"13/13/2016\", which is no time written as in the "
      "rows before; ";
  EXPECT_EQ(warning_of(read(bytes)), fault + "the column is left out");
  options_.time_column = "date";
  EXPECT_TRUE(contains(error_of(bytes), fault + "expected were times such as 2016-07-01 13:00:00"));
  EXPECT_TRUE(contains(error_of("date,a\n60,1\nx,2\n"),
                       "data.csv:3: the column \"date\" holds "
                       "\"x\", which is no time"));
  EXPECT_TRUE(contains(error_of("date,a\nJuly,1\n"), "holds \"July\", which is no time; expected"));
}

TEST_F(NumberTableTest, SortsRowsThatAreOutOfOrder) {
  const NumberTable table = read("date,a\n2016-01-02,1\n2016-01-03,2\n2016-01-01,3\n");
  EXPECT_EQ(table.values, (Values{3, 1, 2}));
  EXPECT_EQ(format_time(table.times[0], table.time_format), "2016-01-01");
  EXPECT_EQ(warning_of(table),
            "data.csv: the rows are not in the order of time: line 4 (2016-01-01) is before line "
            "3 (2016-01-03); they are sorted by time");
}

TEST_F(NumberTableTest, TurnsRowsThatStandNewestFirst) {
  options_.missing = MissingValues::forward;
  const NumberTable table = read("date,a\n2016-01-03,1\n2016-01-02,\n2016-01-01,3\n");
  EXPECT_EQ(table.values, (Values{3, 3, 1}));  // filled in from the time before
  ASSERT_EQ(table.warnings.size(), 2);
  EXPECT_TRUE(contains(table.warnings[1], "the rows stand newest first; they are taken in the"));
}

TEST_F(NumberTableTest, SortsEachSeriesByItself) {
  options_.series_column = "id";
  const NumberTable table =
      read("id,date,a\nx,2016-01-02,1\ny,2016-01-01,2\nx,2016-01-01,3\ny,2016-01-02,4\n");
  EXPECT_EQ(table.values, (Values{3, 1, 2, 4}));
}

TEST_F(NumberTableTest, RefusesATimeThatComesTwice) {
  EXPECT_EQ(error_of("date,a\n2016-01-02,1\n2016-01-02,2\n"),
            "data.csv:3: the time 2016-01-02 is in line 2 already; keep one row of each time, or "
            "name the columns that tell several series apart with `series-column`");
  options_.series_column = "id";
  EXPECT_TRUE(contains(error_of("id,date,a\nx,2016-01-02,1\ny,2016-01-01,2\nx,2016-01-02,3\n"),
                       "the time 2016-01-02 of the series \"x\" is in line 2 already"));
}

TEST_F(NumberTableTest, TellsOfTheHourThatComesTwiceInAutumn) {
  const NumberTable table = read(
      "t,a\n2021-10-31 00:00,1\n2021-10-31 01:00,2\n2021-10-31 02:00,3\n2021-10-31 02:00,4\n"
      "2021-10-31 03:00,5\n");
  EXPECT_EQ(table.values, (Values{1, 2, 3, 4, 5}));
  EXPECT_EQ(warning_of(table),
            "data.csv: an hour comes twice, as where clocks are set back in autumn (daylight "
            "saving time): line 5 (2021-10-31 02:00); the rows are taken as they follow each "
            "other");
  EXPECT_EQ(read("t,a\n2021-10-31 01:30,1\n2021-10-31 02:00,2\n2021-10-31 02:30,3\n"
                 "2021-10-31 02:00,4\n2021-10-31 02:30,5\n2021-10-31 03:00,6\n")
                .values,
            (Values{1, 2, 3, 4, 5, 6}));
  // No Sunday.
  EXPECT_TRUE(contains(error_of("t,a\n2021-10-29 01:00,1\n2021-10-29 02:00,2\n"
                                "2021-10-29 02:00,3\n2021-10-29 03:00,4\n"),
                       "is in line 3 already"));
}

TEST_F(NumberTableTest, WarnsOfGapsAndOfIrregularSteps) {
  const NumberTable table = read(
      "t,a\n2016-01-01 00:00,1\n2016-01-01 01:00,2\n2016-01-01 02:00,3\n2016-01-01 05:00,4\n"
      "2016-01-01 06:00,5\n2016-01-01 07:00,6\n2016-01-01 07:30,7\n2016-01-01 09:30,8\n"
      "2016-01-02 07:30,9\n");
  EXPECT_EQ(table.step, TimeStep{.seconds = 3600});
  EXPECT_EQ(warning_of(table),
            "data.csv: 4 of 8 steps in time are not 1 hour: line 5 (2016-01-01 05:00 after "
            "2016-01-01 02:00), line 8 (2016-01-01 07:30 after 2016-01-01 07:00), line 9 "
            "(2016-01-01 09:30 after 2016-01-01 07:30) and 1 more; the rows are taken as they "
            "follow each other");
}

TEST_F(NumberTableTest, WarnsOfAMissingMonthOnly) {
  EXPECT_EQ(read("t,a\n2016-01-01,1\n2016-02-01,2\n2016-03-01,3\n2016-04-01,4\n").warnings,
            Names{});
  EXPECT_TRUE(contains(warning_of(read("t,a\n2016-01,1\n2016-02,2\n2016-04,3\n2016-05,3\n")),
                       "1 of 3 steps in time are not 1 month: line 4 (2016-04 after 2016-02)"));
}

TEST_F(NumberTableTest, TakesTheStepOfMostRowsForAllSeries) {
  options_.series_column = "id";
  const NumberTable table = read(
      "id,t,a\nx,2016-01-01,1\nx,2016-01-08,2\ny,2016-01-01,1\ny,2016-01-02,2\ny,2016-01-03,3\n");
  EXPECT_EQ(table.step, TimeStep{.seconds = 86'400});
  EXPECT_TRUE(contains(warning_of(table), "1 of 3 steps in time are not 1 day: line 3"));
  EXPECT_EQ(read("id,t,a\nx,2016-01-01,1\ny,2016-01-08,2\n").step, TimeStep{});
}

TEST_F(NumberTableTest, IsTheSameOfRowsInMemory) {
  options_.series_column = "id";
  options_.missing = MissingValues::forward;
  options_.columns = {"b", "a"};
  const NumberTable file =
      read("t,id,a,b\n2016-01-01,x,1,2\n2016-01-01,y,3,4\n2016-01-02,x,NA,0.1\n2016-01-02,y,5,6\n");
  const double missing = std::numeric_limits<double>::quiet_NaN();
  const NumberTable rows =
      make_number_table({.columns = {"a", "b"},
                         .values = {1, 2, 3, 4, missing, 0.1, 5, 6},
                         .times = {"2016-01-01", "2016-01-01", "2016-01-02", "2016-01-02"},
                         .series = {"x", "y", "x", "y"}},
                        options_, "rows");
  EXPECT_EQ(rows.columns, file.columns);
  EXPECT_EQ(rows.values, file.values);
  EXPECT_EQ(rows.times, file.times);
  EXPECT_EQ(rows.step, file.step);
  EXPECT_EQ(rows.series[1].name, "y");
  EXPECT_EQ(rows.series[1].begin, file.series[1].begin);
  EXPECT_EQ(
      rows.warnings,
      Names{"rows: 1 value is missing: line 3 (column \"a\"); filled in with the value before"});
}

TEST_F(NumberTableTest, RepairsNamesThatAreNotUtf8) {
  options_.series_column = "id";
  const NumberTable table = read("id,\xE9\nx\xE9,1\n");
  EXPECT_EQ(table.columns, Names{"\xEF\xBF\xBD"});
  EXPECT_EQ(table.series[0].name, "x\xEF\xBF\xBD");
}

}  // namespace
}  // namespace mnemo
