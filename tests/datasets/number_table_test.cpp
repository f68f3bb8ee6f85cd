#include "datasets/number_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "tests/datasets/number_table_fixture.h"

namespace mnemo {
namespace {

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

TEST_F(NumberTableTest, FindsASeriesByItsFirstRow) {
  options_.series_column = "shop";
  const NumberTable table = read("shop,a\nx,1\nx,2\ny,3\nz,4\n");
  EXPECT_EQ(table.series_at(0).name, "x");
  EXPECT_EQ(table.series_at(2).name, "y");
  EXPECT_EQ(table.series_at(3).name, "z");
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

}  // namespace
}  // namespace mnemo
