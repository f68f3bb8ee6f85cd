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

TEST_F(NumberTableTest, FindsOtherDelimiters) {
  EXPECT_EQ(read("a|b\n1|2\n3|4\n").columns, (Names{"a", "b"}));
  EXPECT_EQ(read("t^b\n1.5^2\n3.5^4\n").columns, (Names{"t", "b"}));
  EXPECT_EQ(read("  a   b\n 1.5  2\n 10   4\n").values, (Values{1.5, 2, 10, 4}));
  EXPECT_EQ(read("sep=|\na|b\n1|2\n").columns, (Names{"a", "b"}));
}

TEST_F(NumberTableTest, DecidesByAWholeColumnWhatACommaIs) {
  EXPECT_EQ(read("a;b\n2,513;1.5\n2,499;2\n").values, (Values{2513, 1.5, 2499, 2}));
  EXPECT_EQ(read("a;b\n998;1\n1,002;2\n").values, (Values{998, 1, 1002, 2}));
  EXPECT_EQ(read("a,b\n\"2,513\",1\n\"2,499\",2\n").values, (Values{2513, 1, 2499, 2}));
  EXPECT_EQ(read("a\n1.234\n2.345\n").values, (Values{1.234, 2.345}));
  EXPECT_EQ(
      error_of("t;a;b\nx;2,513;1\nx;0,7;2\n"),
      "data.csv:3: the column \"a\" holds \"0,7\", whose comma is a decimal mark; say so with "
      "`decimal` comma");
  EXPECT_EQ(error_of("a;b\n2,513;1\n2,499;2\n"),
            "data.csv:2: the column \"a\" holds \"2,513\", whose comma may be a decimal mark or "
            "group thousands; say which with `decimal` comma or `decimal` point");
  EXPECT_EQ(read("where,a\n\"1,5\",1\n\"2,5\",2\n").columns, Names{"a"});  // as before
  options_.columns = {"where"};
  EXPECT_TRUE(contains(error_of("where,a\n\"1,5\",1\n\"2,5\",2\n"), "`decimal` comma"));
}

TEST_F(NumberTableTest, TakesTheDecimalMarkThatIsKnown) {
  options_.found_decimal = DecimalMark::comma;
  EXPECT_EQ(read("a;b\n20,7;1.234\n2;5\n").values, (Values{20.7, 1234, 2, 5}));
  EXPECT_EQ(read("a\tb\n2,513\t1\n2,499\t2\n").values, (Values{2.513, 1, 2.499, 2}));
  EXPECT_TRUE(read("a;b\n2,513;1\n2,499;2\n").has_decimal_comma);
  EXPECT_EQ(read("a;b\n2,513;1.5\n2,499;2\n").values, (Values{2513, 1.5, 2499, 2}));
}

TEST_F(NumberTableTest, ReadsNumbersWithSigns) {
  const NumberTable table = read("a,b\n\"$1,101.29\",12.3K\n\"-$5.00\",9K\n");
  EXPECT_EQ(table.values, (Values{1101.29, 12300, -5, 9000}));
  ASSERT_EQ(table.warnings.size(), 2);
  EXPECT_TRUE(contains(table.warnings[1], "\"b\" are read without signs: \"12.3K\" is 12300"));
  // A code is none of them.
  EXPECT_EQ(read("a,size\n1,5B\n2,5B\n3,XL\n").columns, Names{"a"});
}

TEST_F(NumberTableTest, ReadsTrueAndFalseOfColumnsAskedFor) {
  options_.columns = {"a", "promo"};
  EXPECT_EQ(read("a,promo\n1,True\n2,FALSE\n").values, (Values{1, 1, 2, 0}));
  options_.columns.clear();
  EXPECT_EQ(read("a,promo\n1,True\n2,FALSE\n").columns, Names{"a"});
}

// Around the rows.

TEST_F(NumberTableTest, LeavesOutLinesAboveTheHeader) {
  EXPECT_EQ(read("# exported\n# today\na,b\n1,2\n").columns, (Names{"a", "b"}));
  const NumberTable table = read("Station 5, Ulm\n\na,b,c\n1,2,3\n4,5,6\n");
  EXPECT_EQ(table.columns, (Names{"a", "b", "c"}));
  EXPECT_EQ(warning_of(table),
            "data.csv: the first 2 lines, \"Station 5\", stand above the names of columns and are "
            "left out (`skip-lines` 2)");
  EXPECT_EQ(read("#a,b\n1,2\n3,4\n").columns, (Names{"a", "b"}));
  options_.skip_lines = 2;
  EXPECT_EQ(read("x,y\nz,z\na,b\n1,2\n").columns, (Names{"a", "b"}));
  options_.skip_lines = 0;
  EXPECT_TRUE(contains(error_of("Station 5\na,b,c\n1,2,3\n4,5,6\n"), "`skip-lines`"));
}

TEST_F(NumberTableTest, KnowsARowOfUnits) {
  const NumberTable table = read("time,power\n,kW\n2020-01-01,1\n2020-01-02,2\n");
  EXPECT_EQ(table.values, (Values{1, 2}));
  EXPECT_EQ(warning_of(table),
            "data.csv: line 2 stands between the names of columns and their numbers (\"kW\"), and "
            "is no row");
}

TEST_F(NumberTableTest, JoinsNamesOfSeveralHeaderRows) {
  const NumberTable table =
      read("Price,Close,Close\nTicker,A,B\nDate,,\n2020-01-01,1,2\n2020-01-02,3,4\n");
  EXPECT_EQ(table.time_column, "Date");
  EXPECT_EQ(table.columns, (Names{"Close A", "Close B"}));
}

TEST_F(NumberTableTest, NoticesThatThereIsNoHeader) {
  const NumberTable table = read("2020-01-01,1.5\n2020-01-02,2\n2020-01-03,3\n");
  EXPECT_EQ(table.columns, Names{"column 2"});
  EXPECT_EQ(table.values, (Values{1.5, 2, 3}));
  EXPECT_TRUE(contains(warning_of(table), "there is no header"));
  EXPECT_EQ(read("112\n118\n132\n").rows(), 3);
  EXPECT_EQ(read("A,2020-01-01,1\nA,2020-01-02,2\n").rows(), 2);
  // Numbers that count are names.
  EXPECT_EQ(read("0,1,2\n5,6,7.5\n").columns, (Names{"0", "1", "2"}));
  EXPECT_EQ(read("day,1990,1991\n2020-01-01,6,7.5\n2020-01-02,6,7\n").columns,
            (Names{"1990", "1991"}));
  options_.header = TableHeaderRow::present;
  EXPECT_EQ(read("112\n118\n132\n").columns, Names{"112"});
  options_.header = TableHeaderRow::absent;
  EXPECT_EQ(read("5,6\n7,8\n").values, (Values{5, 6, 7, 8}));
}

TEST_F(NumberTableTest, LeavesOutEmptyRowsAndFieldsAtTheEnd) {
  const NumberTable table = read("a;b;;\n1;2;;\n3;4;;\n;;;\n;;;\n");
  EXPECT_EQ(table.values, (Values{1, 2, 3, 4}));
  EXPECT_EQ(table.warnings, Names{});
  EXPECT_EQ(read("a,b\n1,2,\n3,4,,\n").values, (Values{1, 2, 3, 4}));
  options_.missing = MissingValues::forward;
  EXPECT_EQ(read("a,b\n1,2\n,\n3,4\n").values, (Values{1, 2, 1, 2, 3, 4}));
}

TEST_F(NumberTableTest, ReadsStrayQuotesAndBackslashes) {
  EXPECT_EQ(read("a\tb\n1\t\"2\n3\t4\n").warnings.size(), 2);
  options_.series_column = "id";
  EXPECT_EQ(read("id,a\n\"x \\\"y\\\", z\",1\n\"x \\\"y\\\", z\",2\n").series[0].name,
            "x \"y\", z");
  options_.quoting = Quoting::none;
  EXPECT_EQ(read("id,a\n\"x,1\n").series[0].name, "\"x");
}

TEST_F(NumberTableTest, SkipsABlankBehindCommas) {
  options_.series_column = "id";
  const NumberTable table = read("a, id\n1, \"x, y\"\n2, \"x, y\"\n");
  EXPECT_EQ(table.series[0].name, "x, y");
}

// Columns.

TEST_F(NumberTableTest, LeavesOutNumbersOfRows) {
  const NumberTable table = read(",a\n0,5\n1,6\n2,5\n3,7\n4,5\n");
  EXPECT_EQ(table.columns, Names{"a"});
  EXPECT_EQ(warning_of(table),
            "data.csv: the column \"column 1\" counts the rows and is left out; name it with "
            "`time-column`, `target` or `features` if it matters");
  EXPECT_EQ(read("No,a\n9,5\n8,6\n7,5\n6,7\n5,5\n").columns, Names{"a"});
  EXPECT_EQ(read("ramp,a\n0,5\n1,6\n2,5\n3,7\n4,5\n").columns, (Names{"ramp", "a"}));
  EXPECT_EQ(read("No\n0\n1\n2\n3\n4\n").columns, Names{"No"});
  options_.series_column = "id";
  EXPECT_EQ(read("id,t,a\nx,1,5\ny,1,6\nx,2,5\ny,2,7\nx,3,5\n").columns, Names{"a"});
}

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
            "it, write NA for a value that is missing, name what else stands for one with "
            "`missing-marker`, or name only columns of numbers with `target` and `features`");
}

TEST_F(NumberTableTest, RefusesACellThatIsNoNumber) {
  EXPECT_TRUE(contains(error_of("d,a\n2016-01,1\n\n2016-02,\"1\n2\"\n2016-03,3 m\n"),
                       "data.csv:4: the column \"a\" holds \"1\n2\" where a number was expected"));
  options_.decimal = DecimalMark::point;
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
  options_.decimal = DecimalMark::point;
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

TEST_F(NumberTableTest, KnowsManyMarkersOfMissingValues) {
  options_.missing = MissingValues::forward;
  EXPECT_EQ(read("a,b\n1,2\n.,-\nNone,<NA>\n#N/A,NaT\n--,\\N\n").values,
            (Values{1, 2, 1, 2, 1, 2, 1, 2, 1, 2}));
  options_.missing_markers = {"-999", "n.m."};
  EXPECT_EQ(read("a,b\n1,2\n-999.0,n.m.\n-99,3\n").values, (Values{1, 2, 1, 2, -99, 3}));
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

TEST_F(NumberTableTest, TellsSeriesApartByKeysOfSeveralColumns) {
  options_.series_column = "region,kind";
  const NumberTable table = read("region,kind,a\nN,x,1\nN,y,2\nS,x,3\nN,x,4\n");
  ASSERT_EQ(table.series.size(), 3);
  EXPECT_EQ(table.series[1].name, "N|y");
  EXPECT_EQ(table.series[2].keys, (Names{"S", "x"}));
  EXPECT_EQ(table.values, (Values{1, 4, 2, 3}));
  EXPECT_EQ(table.columns, Names{"a"});
  options_.series_column = "\"region, old\",kind";
  EXPECT_EQ(read("\"region, old\",kind,a\nN,x,1\n").series[0].name, "N|x");
  options_.series_column = "a,b";  // one name, as a run of before has it
  EXPECT_EQ(read("\"a,b\",c\nN,1\n").series[0].keys, Names{"N"});
  options_.series_column = "region,sort";
  EXPECT_TRUE(contains(error_of("region,kind,a\nN,x,1\n"), "no column \"sort\""));
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

TEST_F(NumberTableTest, JoinsDateAndTimeOfDay) {
  const std::string_view bytes =
      "Date;Time;a\n31/1/2020;22:00:00;1\n31/1/2020;23:00:00;2\n1/2/2020;00:00:00;3\n";
  const NumberTable table = read(bytes);
  EXPECT_EQ(table.time_column, "Date,Time");
  EXPECT_EQ(table.time_columns, (Names{"Date", "Time"}));
  EXPECT_EQ(table.step, TimeStep{.seconds = 3600});
  EXPECT_EQ(time_cells(table.times[2], table.time_format), (Names{"1/2/2020", "00:00:00"}));
  options_.time_column = "Date,Time";
  options_.time_format = table.time_format;
  EXPECT_EQ(read(bytes).times, table.times);
  options_ = {};
  EXPECT_EQ(read("day,hr,a\n2020-01-01,22,1\n2020-01-01,23,2\n2020-01-02,0,3\n").step,
            TimeStep{.seconds = 3600});
  EXPECT_EQ(read("Date,HourEnding,a\n01/13/2020,23,1\n01/13/2020,24,2\n01/14/2020,1,3\n").step,
            TimeStep{.seconds = 3600});
  EXPECT_EQ(read("date,open,a\n2020-01-01,09:00,1\n2020-01-02,09:00,2\n").time_column, "date");
}

TEST_F(NumberTableTest, JoinsYearMonthDayAndHour) {
  const NumberTable table =
      read("year,month,day,hour,a\n2020,1,31,22,1\n2020,1,31,23,2\n2020,2,1,0,3\n");
  EXPECT_EQ(table.time_columns, (Names{"year", "month", "day", "hour"}));
  EXPECT_EQ(table.columns, Names{"a"});
  EXPECT_EQ(table.step, TimeStep{.seconds = 3600});
  EXPECT_TRUE(contains(warning_of(table), "\"hour\" are taken for the rows' time"));
  EXPECT_EQ(read("Year,Month,a\n2019,Dec,1\n2020,Jan,2\n").step, TimeStep{.months = 1});
  EXPECT_EQ(read("a,year,quarter\n1,2019,4\n2,2020,1\n").step, TimeStep{.months = 3});
  options_.time_column = "month,year";
  EXPECT_EQ(read("year,month,a\n2019,12,1\n2020,1,2\n").step, TimeStep{.months = 1});
  // The month of a year that is none.
  options_.time_column = "auto";
  EXPECT_EQ(read("month,a\n1,5\n2,6\n1,7\n").columns, (Names{"month", "a"}));
}

TEST_F(NumberTableTest, TakesNumbersThatAreDatesForTimes) {
  const NumberTable table = read("date,a\n20200131,1\n20200201,2\n20200202,3\n");
  EXPECT_EQ(table.columns, Names{"a"});
  EXPECT_EQ(table.step, TimeStep{.seconds = 86'400});
  EXPECT_TRUE(contains(warning_of(table), "the column \"date\" is taken for the rows' time"));
  EXPECT_EQ(read("Year,a\n1999,1\n2000,2\n2001,3\n").step, TimeStep{.months = 12});
  EXPECT_EQ(read("timestamp,a\n1577836800000,1\n1577840400000,2\n").step,
            TimeStep{.seconds = 3600});
  EXPECT_EQ(read("x,a\n20200131,1\n20200201,2\n20200202,3\n").time_column, "x");
  EXPECT_EQ(read("x,a\n20200131,1\n20200201,2\n20200101,3\n").time_column, "");
  EXPECT_EQ(read("runtime,a\n12,1\n15,2\n11,3\n").time_column, "");
}

TEST_F(NumberTableTest, TellsOfTimesThatCanBeReadInTwoWays) {
  EXPECT_TRUE(contains(warning_of(read("date,a\n01/02/2020,1\n01/03/2020,2\n")),
                       "can be read as %m/%d/%Y or as %d/%m/%Y"));
  options_.time_format = {"%d/%m/%Y", ""};
  EXPECT_EQ(read("date,a\n01/02/2020,1\n01/03/2020,2\n").warnings, Names{});
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
