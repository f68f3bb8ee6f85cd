#include "datasets/times/time_stamps.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/common/test_helpers.h"
#include "tests/datasets/times/time_helpers.h"

namespace mnemo {
namespace {

using Cells = std::vector<std::string>;

// The time that the column of `cells` begins with; nothing when it is no column of times.
std::optional<int64_t> first_time(const Cells& cells) {
  const auto format = find_time_format(cells);
  return format ? parse_time(cells[0], *format) : std::nullopt;
}

std::string pattern_of(const Cells& cells) {
  const auto format = find_time_format(cells);
  return format ? format->pattern : "none";
}

TEST(TimeStamps, ReadsAndWritesEachFormatAlike) {
  const int64_t day = at(2016, 7, 1);
  const int64_t hour = at(2016, 7, 1, 13 * 3600);
  const int64_t minute = hour + 5 * 60 * kSecond;
  const int64_t second = minute + 9 * kSecond;
  const std::vector<std::pair<std::string, int64_t>> times = {
      {"2016-07-01", day},
      {"2016-7-1", day},
      {"2016-07-01 13:05:09", second},
      {"2016-07-01T13:05:09", second},
      {"2016-07-01 13:05", minute},
      {"2016-07-01T13", hour},
      {"2016-07-01 13:05:09.000", second},
      {"2016-07-01T13:05:09Z", second},
      {"2016-07-01T13:05:09.000Z", second},
      {"2016-07-01 13:05:09+02:00", second},
      {"2016-07-01 13:05-0530", minute},
      {"2016-07-01 00:00:00+00", day},
      {"2016-07", day},
      {"20160701", day},
      {"2016/07/01", day},
      {"2016/7/1 13:05", minute},
      {"07/13/2016", at(2016, 7, 13)},
      {"7/1/2016 13:05", minute},
      {"7/1/2016 0:05", day + 300 * kSecond},
      {"13/07/2016 13:05:09", at(2016, 7, 13, 13 * 3600 + 309)},
      {"01.07.2016", day},
      {"1.7.2016 13:05", minute},
      {"1467331200", day},
      {"1467331200.0", day},
      {"0", 0},
      {"-1", -kSecond},
      {"1.5", kSecond * 3 / 2},
      {"1749-01", at(1749, 1, 1)},
      {"2016-02-29 23:59:59", at(2016, 2, 29, 86'399)},
  };
  for (const auto& [text, time] : times) {
    const auto format = find_time_format(Cells{text});
    ASSERT_TRUE(format) << text;
    EXPECT_EQ(parse_time(text, *format), time) << text << " by " << format->pattern;
    EXPECT_EQ(format_time(time, *format), text) << format->pattern;
  }
}

TEST(TimeStamps, RefusesWhatIsNoTime) {
  for (const char* const text : {"",
                                 " ",
                                 "abc",
                                 "2016-02-30",
                                 "2015-02-29",
                                 "2016-13-01",
                                 "2016-07-01 24:01",
                                 "2016-07-01 13:60",
                                 "2016-07-01 13:05:60",
                                 "2016-07-01 13:05:09.",
                                 "2016-07-01Z",
                                 "2016-07+02",
                                 "1.",
                                 "16-13-13",
                                 "Jun 31, 2016",
                                 "Sat, 01 Jul 2016",
                                 "2016-07-01 13:05 PM",
                                 "2016-07-01 00:05 AM",
                                 "2016Q5",
                                 "2016Q0",
                                 "2015-W54",
                                 "2016-W53",
                                 "2016-367",
                                 "2016-07-01  13:05",
                                 "2016-07-01 13:05 XYZ",
                                 "2016-07-01 13:05.000",
                                 "99999999999999",
                                 "99999999999999999999999",
                                 "2016-07-01 13:05x"}) {
    EXPECT_EQ(pattern_of({text}), "none") << text;
  }
  EXPECT_FALSE(find_time_format(Cells{}));
}

TEST(TimeStamps, LooksPastWhiteSpaceAround) {
  EXPECT_EQ(first_time({" 2016-07-01 ", "2016-07-02"}), at(2016, 7, 1));
}

TEST(TimeStamps, FindsTheFormatThatReadsAllCells) {
  EXPECT_EQ(pattern_of({"2016-07-01", "2016-07-02"}), "%Y-%m-%d");
  EXPECT_EQ(pattern_of({"10/1/2016", "9/30/2016"}), "%-m/%-d/%Y");
  EXPECT_EQ(pattern_of({"10:00", "11:00"}), "none");
  EXPECT_EQ(pattern_of({"2016-07-01", "2016-07"}), "none");
  EXPECT_EQ(pattern_of({"2016-07-01", ""}), "none");
  EXPECT_EQ(pattern_of({"20160701", "20160732"}), "");  // seconds, as the other is no date
}

TEST(TimeStamps, TakesSlashesMonthFirstUnlessAFirstNumberIsAboveTwelve) {
  EXPECT_EQ(first_time({"07/01/2016", "07/02/2016"}), at(2016, 7, 1));
  EXPECT_EQ(first_time({"07/01/2016", "13/01/2016"}), at(2016, 1, 7));
  EXPECT_EQ(first_time({"7/1/2016 5:00", "31/1/2016 5:00"}), at(2016, 1, 7, 5 * 3600));
  EXPECT_EQ(first_time({"07/13/2016", "13/07/2016"}), std::nullopt);
  EXPECT_EQ(first_time({"01.07.2016"}), at(2016, 7, 1));
}

// Cells in order: what is written for the time after the last.
std::string next_after(const Cells& cells) {
  const auto read = read_times(cells);
  if (!read) return "none";
  return format_time(advance(read->times.back(), common_step(read->times), 1), read->format);
}

// Each column goes on as its second part says, and is written as it was read.
void expect_to_go_on(const std::vector<std::pair<Cells, std::string>>& columns) {
  for (const auto& [cells, next] : columns) {
    EXPECT_EQ(next_after(cells), next);
    const auto read = read_times(cells);
    ASSERT_TRUE(read) << cells[0];
    for (size_t i = 0; i < cells.size(); ++i) {
      EXPECT_EQ(format_time(read->times[i], read->format), cells[i]) << read->format.pattern;
    }
  }
}

TEST(TimeStamps, GoOnInEachWayOfWriting) {
  expect_to_go_on({
      {{"30-01-2020", "31-01-2020"}, "01-02-2020"},
      {{"01-31-2020", "02-01-2020"}, "02-02-2020"},
      {{"2020.01.31", "2020.02.01"}, "2020.02.02"},
      {{"Dec 30, 2019", "Dec 31, 2019"}, "Jan 01, 2020"},
      {{"Jan 9, 2020", "Jan 10, 2020"}, "Jan 11, 2020"},
      {{"January 31, 2020", "February 1, 2020"}, "February 2, 2020"},
      {{"31-Jan-2020", "01-Feb-2020"}, "02-Feb-2020"},
      {{"31JAN2020", "01FEB2020"}, "02FEB2020"},
      {{"31 jan 2020", "01 feb 2020"}, "02 feb 2020"},
      {{"Thu, 30 Jan 2020", "Fri, 31 Jan 2020"}, "Sat, 01 Feb 2020"},
      {{"Thu Jan 30 23:00:00 2020", "Fri Jan 31 00:00:00 2020"}, "Fri Jan 31 01:00:00 2020"},
      {{"30/Jan/2020:22:00:00 +0000", "30/Jan/2020:23:00:00 +0000"}, "31/Jan/2020:00:00:00 +0000"},
      {{"01/31/20", "02/01/20"}, "02/02/20"},
      {{"31/01/99", "01/02/99"}, "02/02/99"},
      {{"31.01.20", "01.02.20"}, "02.02.20"},
      {{"1/31/20 9:30", "1/31/20 10:30"}, "1/31/20 11:30"},
      {{"01/31/2020 10:00:00 PM", "01/31/2020 11:00:00 PM"}, "02/01/2020 12:00:00 AM"},
      {{"1/31/2020 9:00 am", "1/31/2020 12:00 pm"}, "1/31/2020 3:00 pm"},
      {{"2020-01-31 10PM", "2020-01-31 11PM"}, "2020-02-01 12AM"},
      {{"2020-01-31 22:00", "2020-01-31 23:00", "2020-01-31 24:00"}, "2020-02-01 01:00"},
      {{"2020-01-31 18.00.00", "2020-01-31 19.00.00"}, "2020-01-31 20.00.00"},
      {{"2020-01-31 00:00:00.500", "2020-01-31 00:00:01.000"}, "2020-01-31 00:00:01.500"},
      {{"2020-01-31 00:00:00,250", "2020-01-31 00:00:00,500"}, "2020-01-31 00:00:00,750"},
      {{"2020-01-31T00:00:00", "2020-01-31T00:00:00.500000"}, "2020-01-31T00:00:01"},
      {{"2020-01-31T00:00:00.100Z", "2020-01-31T00:00:00.200Z"}, "2020-01-31T00:00:00.300Z"},
      {{"2020-01-31 22:00 UTC", "2020-01-31 23:00 UTC"}, "2020-02-01 00:00 UTC"},
  });
}

TEST(TimeStamps, GoOnAsCompactOnesPeriodsAndCounts) {
  expect_to_go_on({
      {{"20200131T220000", "20200131T230000"}, "20200201T000000"},
      {{"20200131T220000Z", "20200131T230000Z"}, "20200201T000000Z"},
      {{"202001312200", "202001312300"}, "202002010000"},
      {{"20200131", "20200229"}, "20200331"},
      {{"2019Q3", "2019Q4"}, "2020Q1"},
      {{"2019-Q3", "2019-Q4"}, "2020-Q1"},
      {{"Q3 2019", "Q4 2019"}, "Q1 2020"},
      {{"3Q19", "4Q19"}, "1Q20"},
      {{"2019-S1", "2019-S2"}, "2020-S1"},
      {{"2019M11", "2019M12"}, "2020M01"},
      {{"11/2019", "12/2019"}, "01/2020"},
      {{"Nov-2019", "Dec-2019"}, "Jan-2020"},
      {{"Nov-99", "Dec-99"}, "Jan-00"},
      {{"December 2019", "January 2020"}, "February 2020"},
      {{"2015-W52", "2015-W53"}, "2016-W01"},
      {{"2015W52", "2015W53"}, "2016W01"},
      {{"2015-W53-6", "2015-W53-7"}, "2016-W01-1"},
      {{"2019-364", "2019-365"}, "2020-001"},
      {{"1999", "2000"}, "2001"},
      {{"201911", "201912"}, "202001"},
      {{"1577836800000", "1577840400000"}, "1577844000000"},
      {{"1577836800000000", "1577840400000000"}, "1577844000000000"},
      {{"1577836800000000000", "1577840400000000000"}, "1577844000000000000"},
      {{"0.5", "1", "1.5"}, "2"},
      {{"7", "8"}, "9"},
  });
}

TEST(TimeStamps, TakesTheOrderOfDayAndMonthWithTheMostEvenSteps) {
  Cells months, days;
  for (int year = 2018; year < 2020; ++year) {
    for (int month = 1; month <= 12; ++month)
      months.push_back(fmt::format("01/{:02}/{}", month, year));
  }
  EXPECT_EQ(pattern_of(months), "%d/%m/%Y");
  EXPECT_EQ(next_after(months), "01/01/2020");
  std::ranges::reverse(months);
  EXPECT_EQ(pattern_of(months), "%d/%m/%Y");
  for (int day = 1; day <= 12; ++day) days.push_back(fmt::format("{}-6-2020", day));
  for (int day = 1; day <= 12; ++day) days.push_back(fmt::format("{}-7-2020", day));
  EXPECT_EQ(pattern_of(days), "%-d-%-m-%Y");
  EXPECT_EQ(pattern_of({"20-01-31", "20-02-01"}), "%y-%m-%d");
  EXPECT_EQ(pattern_of({"01/12/2020", "01/01/2021", "01/02/2021"}), "%d/%m/%Y");
}

TEST(TimeStamps, JudgesEachSeriesByItself) {
  const Cells cells = {"01/11/2020", "01/10/2020", "01/12/2020",
                       "01/11/2020", "01/01/2021", "01/12/2020"};
  EXPECT_EQ(read_times(cells, {}, std::vector<int64_t>{0, 1, 0, 1, 0, 1})->format.pattern,
            "%d/%m/%Y");
}

TEST(TimeStamps, TellsOfTwoReadingsThatAreAsEven) {
  EXPECT_EQ(read_times(Cells{"01/01/2020", "02/01/2020"})->alternative, "%d/%m/%Y");
  EXPECT_EQ(read_times(Cells{"01/13/2020", "01/14/2020"})->alternative, "");
  EXPECT_EQ(read_times(Cells{"2020-01-01 00:00:00.5", "2020-01-01 00:00:00.6"})->alternative, "");
}

TEST(TimeStamps, TakesTheKnownFormatFirst) {
  const TimeFormat known{"%d/%m/%Y", ""};
  EXPECT_EQ(read_times(Cells{"01/02/2020"}, known)->times[0], at(2020, 2, 1));
  EXPECT_EQ(read_times(Cells{"01/31/2020"}, known)->times[0], at(2020, 1, 31));
  EXPECT_EQ(read_times(Cells{"1700"}, {kSecondsPattern, ""})->times[0], 1700 * kSecond);
}

TEST(TimeStamps, MakesInstantsOfOffsetsThatDiffer) {
  const Cells autumn = {"2021-10-31T01:00:00+02:00", "2021-10-31T02:00:00+02:00",
                        "2021-10-31T02:00:00+01:00", "2021-10-31T03:00:00+01:00"};
  const auto read = read_times(autumn);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->times[0], at(2021, 10, 30, 23 * 3600));
  EXPECT_EQ(read->times[2], at(2021, 10, 31, 3600));
  for (size_t i = 0; i < autumn.size(); ++i) {
    EXPECT_EQ(format_time(read->times[i], read->format), autumn[i]);
  }
  EXPECT_EQ(next_after(autumn), "2021-10-31T04:00:00+01:00");
  Cells newest_first = autumn;
  std::ranges::reverse(newest_first);
  EXPECT_EQ(format_time(read->times[1], read_times(newest_first)->format), autumn[1]);
  EXPECT_EQ(next_after({"2021-03-28 01:00 CET", "2021-03-28 03:00 CEST"}), "2021-03-28 04:00 CEST");
}

TEST(TimeStamps, KeepsDaysOfTheLocalClock) {
  EXPECT_EQ(next_after({"2021-10-30T00:00:00+02:00", "2021-10-31T00:00:00+02:00",
                        "2021-11-01T00:00:00+01:00", "2021-11-02T00:00:00+01:00"}),
            "2021-11-03T00:00:00+01:00");
}

TEST(TimeStamps, WritesWhatStandsInSeveralColumns) {
  const auto read = read_times(Cells{"2020\n1\n31\n9", "2020\n1\n31\n10"});
  ASSERT_TRUE(read);
  const int64_t next = read->times[1] + 3600 * kSecond;
  EXPECT_EQ(time_cells(next, read->format), (Cells{"2020", "1", "31", "11"}));
  EXPECT_EQ(format_time(next, read->format), "2020 1 31 11");
  EXPECT_EQ(parse_time("2020 1 31 11", read->format), next);
}

TEST(TimeStamps, FindsTimesOfDayInAColumn) {
  EXPECT_EQ(find_clock_pattern(Cells{"00:00:00", "13:05:09"}), "%H:%M:%S");
  EXPECT_EQ(find_clock_pattern(Cells{"18.00.00", "19.00.00"}), "%H.%M.%S");
  EXPECT_EQ(find_clock_pattern(Cells{"0", "23", "9"}), "%-H");
  EXPECT_EQ(find_clock_pattern(Cells{"1", "24"}), "%-h");
  EXPECT_EQ(find_clock_pattern(Cells{"1:05 PM"}), "%-I:%M %p");
  EXPECT_EQ(find_clock_pattern(Cells{"1", "25"}), std::nullopt);
}

TEST(TimeStamps, RefusesAPatternOfUnknownConversions) {
  EXPECT_TRUE(contains(message_of([] { parse_time("x", {"%Y-%E", ""}); }), "\"%E\""));
}

}  // namespace
}  // namespace mnemo
