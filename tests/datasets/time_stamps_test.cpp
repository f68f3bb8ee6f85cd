#include "datasets/time_stamps.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mnemo {
namespace {

using Cells = std::vector<std::string>;

constexpr TimeStep kMonth{.months = 1};
constexpr TimeStep kDaily{.seconds = 86'400};

int64_t at(int year, unsigned month, unsigned day, int64_t second = 0) {
  using namespace std::chrono;
  const sys_days date = std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
  return sys_seconds(date).time_since_epoch().count() + second;
}

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
  const int64_t minute = hour + 5 * 60;
  const int64_t second = minute + 9;
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
      {"7/1/2016 0:05", day + 300},
      {"13/07/2016 13:05:09", at(2016, 7, 13, 13 * 3600 + 309)},
      {"01.07.2016", day},
      {"1.7.2016 13:05", minute},
      {"1467331200", day},
      {"1467331200.0", day},
      {"0", 0},
      {"-1", -1},
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
                                 "2016-07-01 24:00",
                                 "2016-07-01 13:60",
                                 "2016-07-01 13:05:60",
                                 "2016-07-01 13:05:09.5",
                                 "2016-07-01 13:05:09.",
                                 "2016-07-01Z",
                                 "2016-07+02",
                                 "1.5",
                                 "16-07-01",
                                 "2016-07-01  13:05",
                                 "2016-07-01 13:05 Z",
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
  EXPECT_EQ(pattern_of({"2016-07-01 00:00Z", "2016-07-01 00:00+01:00"}), "none");
  EXPECT_EQ(pattern_of({"20160701", "20160732"}), "");  // seconds, as the other is no date
}

TEST(TimeStamps, TakesSlashesMonthFirstUnlessAFirstNumberIsAboveTwelve) {
  EXPECT_EQ(first_time({"07/01/2016", "07/02/2016"}), at(2016, 7, 1));
  EXPECT_EQ(first_time({"07/01/2016", "13/01/2016"}), at(2016, 1, 7));
  EXPECT_EQ(first_time({"7/1/2016 5:00", "31/1/2016 5:00"}), at(2016, 1, 7, 5 * 3600));
  EXPECT_EQ(first_time({"07/13/2016", "13/07/2016"}), std::nullopt);
  EXPECT_EQ(first_time({"01.07.2016"}), at(2016, 7, 1));
}

TEST(TimeStamps, AdvancesBySeconds) {
  EXPECT_EQ(advance(at(2016, 2, 28), kDaily, 2), at(2016, 3, 1));
  EXPECT_EQ(advance(at(2015, 2, 28), kDaily, 2), at(2015, 3, 2));
  EXPECT_EQ(advance(at(1970, 1, 1), {.seconds = 900}, -4), -3600);
}

TEST(TimeStamps, AdvancesByMonths) {
  EXPECT_EQ(advance(at(1949, 1, 1), kMonth, 1), at(1949, 2, 1));
  EXPECT_EQ(advance(at(1949, 11, 15, 3600), kMonth, 3), at(1950, 2, 15, 3600));
  EXPECT_EQ(advance(at(1949, 1, 1), kMonth, -1), at(1948, 12, 1));
  EXPECT_EQ(advance(at(2016, 1, 1), {.months = 3}, 5), at(2017, 4, 1));
}

TEST(TimeStamps, AdvancesToTheEndOfShorterMonths) {
  EXPECT_EQ(advance(at(2015, 1, 30), kMonth, 1), at(2015, 2, 28));
  EXPECT_EQ(advance(at(2016, 1, 30), kMonth, 1), at(2016, 2, 29));
  EXPECT_EQ(advance(at(2016, 1, 30), kMonth, 2), at(2016, 3, 30));
}

TEST(TimeStamps, AdvancesFromTheLastDayOfAMonthToTheLast) {
  EXPECT_EQ(advance(at(2016, 1, 31), kMonth, 1), at(2016, 2, 29));
  EXPECT_EQ(advance(at(2016, 2, 29), kMonth, 1), at(2016, 3, 31));
  EXPECT_EQ(advance(at(2016, 4, 30), kMonth, -1), at(2016, 3, 31));
}

std::vector<int64_t> steps_from(int64_t time, const TimeStep& step, int count) {
  std::vector<int64_t> times;
  for (int i = 0; i < count; ++i) times.push_back(advance(time, step, i));
  return times;
}

TEST(TimeStamps, FindsStepsInMonths) {
  EXPECT_EQ(common_step(steps_from(at(1949, 1, 1), kMonth, 144)), kMonth);
  EXPECT_EQ(common_step(steps_from(at(2015, 12, 31), kMonth, 24)), kMonth);
  EXPECT_EQ(common_step(steps_from(at(2016, 1, 30, 60), kMonth, 24)), kMonth);
  EXPECT_EQ(common_step(steps_from(at(2016, 1, 1), {.months = 3}, 8)), TimeStep{.months = 3});
  EXPECT_EQ(common_step(steps_from(at(2000, 6, 1), {.months = 12}, 8)), TimeStep{.months = 12});
  EXPECT_EQ(common_step(std::vector{at(1949, 1, 1), at(1949, 2, 1)}), kMonth);
}

TEST(TimeStamps, FindsStepsInSeconds) {
  EXPECT_EQ(common_step(steps_from(at(2016, 1, 1), kDaily, 400)), kDaily);
  EXPECT_EQ(common_step(steps_from(at(2015, 2, 1), {.seconds = 28 * 86'400}, 12)),
            TimeStep{.seconds = 28 * 86'400});
  EXPECT_EQ(common_step(std::vector<int64_t>{0, 90}), TimeStep{.seconds = 90});
}

TEST(TimeStamps, FindsTheCommonestStepDespiteGaps) {
  std::vector<int64_t> months = steps_from(at(1949, 1, 1), kMonth, 24);
  months.erase(months.begin() + 7);
  months[12] += 86'400;
  EXPECT_EQ(common_step(months), kMonth);
  EXPECT_EQ(common_step(std::vector<int64_t>{0, 60, 180, 240, 1000, 1060}),
            TimeStep{.seconds = 60});
}

TEST(TimeStamps, TellsOneStepFromOthers) {
  EXPECT_TRUE(is_one_step(at(2016, 1, 1), at(2016, 2, 1), kMonth));
  EXPECT_TRUE(is_one_step(at(2015, 2, 28), at(2015, 3, 30), kMonth));
  EXPECT_TRUE(is_one_step(at(2015, 2, 28), at(2015, 3, 31), kMonth));
  EXPECT_TRUE(is_one_step(at(2015, 2, 27), at(2015, 3, 27), kMonth));
  EXPECT_FALSE(is_one_step(at(2015, 2, 27), at(2015, 3, 31), kMonth));
  EXPECT_FALSE(is_one_step(at(2016, 1, 1), at(2016, 3, 1), kMonth));
  EXPECT_FALSE(is_one_step(at(2016, 1, 1), at(2016, 2, 1, 1), kMonth));
  EXPECT_TRUE(is_one_step(0, 86'400, kDaily));
  EXPECT_FALSE(is_one_step(0, 2 * 86'400, kDaily));
}

TEST(TimeStamps, NamesSteps) {
  EXPECT_EQ(to_text({.seconds = 3600}), "1 hour");
  EXPECT_EQ(to_text({.seconds = 900}), "15 minutes");
  EXPECT_EQ(to_text({.seconds = 90}), "90 seconds");
  EXPECT_EQ(to_text({.seconds = 7 * 86'400}), "7 days");
  EXPECT_EQ(to_text({.months = 1}), "1 month");
  EXPECT_EQ(to_text({.months = 24}), "2 years");
}

}  // namespace
}  // namespace mnemo
