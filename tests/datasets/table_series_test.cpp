#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "datasets/number_table.h"
#include "tests/datasets/number_table_fixture.h"

namespace mnemo {
namespace {

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

TEST_F(NumberTableTest, WordsInMemoryAreNumberedAsThoseOfAFile) {
  options_.columns = {"y", "weather", "floor"};
  options_.word_columns = {"weather", "floor"};
  const NumberTable file = read("y,weather,floor\n1,sun,1\n2,rain,2\n3,sun,2\n4,,3\n");
  Rows rows{.columns = {"y"},
            .values = {1, 2, 3, 4},
            .words = {{"weather", {"sun", "rain", "sun", ""}}, {"floor", {"1", "2", "2", "3"}}}};
  const auto table = make_number_table(rows, options_, "rows");
  EXPECT_EQ(table.values, file.values);
  EXPECT_EQ(table.words, file.words);
  const auto refusal = [&](const NumberTableOptions& options) {
    return message_of([&] { make_number_table(rows, options, "rows"); });
  };
  const auto sha256 = table.sha256;
  rows.words["weather"][0] = "snow";
  EXPECT_NE(make_number_table(rows, options_, "rows").sha256, sha256);
  EXPECT_TRUE(contains(refusal({.columns = {"weather"}}),
                       "the column \"weather\" holds words where numbers were expected"));
  EXPECT_TRUE(contains(refusal({.columns = {"wether"}}), "did you mean \"weather\"?"));
  EXPECT_TRUE(contains(refusal({.columns = {"y"}, .word_columns = {"y"}, .words = {{"y", {"a"}}}}),
                       "holds numbers where words were expected, as \"a\""));
  rows.words["weather"].pop_back();
  EXPECT_TRUE(contains(refusal(options_), "3 words in the column \"weather\" for 4 rows"));
  rows.words = {{"y", {"a", "b", "c", "d"}}};
  EXPECT_TRUE(contains(refusal(options_), "holds numbers and words"));
}

TEST_F(NumberTableTest, RepairsNamesThatAreNotUtf8) {
  options_.series_column = "id";
  const NumberTable table = read("id,\xE9\nx\xE9,1\n");
  EXPECT_EQ(table.columns, Names{"\xEF\xBF\xBD"});
  EXPECT_EQ(table.series[0].name, "x\xEF\xBF\xBD");
}

}  // namespace
}  // namespace mnemo
