#include "datasets/times/time_steps.h"

#include <gtest/gtest.h>

#include <vector>

#include "datasets/times/time_pattern.h"
#include "tests/datasets/times/time_helpers.h"

namespace mnemo {
namespace {

constexpr TimeStep kMonth{.months = 1};
constexpr TimeStep kDaily{.seconds = 86'400};
constexpr TimeStep kBusinessDay{.seconds = 86'400, .weekdays = kBusinessDays};

TEST(TimeSteps, AdvancesBySeconds) {
  EXPECT_EQ(advance(at(2016, 2, 28), kDaily, 2), at(2016, 3, 1));
  EXPECT_EQ(advance(at(2015, 2, 28), kDaily, 2), at(2015, 3, 2));
  EXPECT_EQ(advance(at(1970, 1, 1), {.seconds = 900}, -4), -3600 * kSecond);
}

TEST(TimeSteps, AdvancesByMonths) {
  EXPECT_EQ(advance(at(1949, 1, 1), kMonth, 1), at(1949, 2, 1));
  EXPECT_EQ(advance(at(1949, 11, 15, 3600), kMonth, 3), at(1950, 2, 15, 3600));
  EXPECT_EQ(advance(at(1949, 1, 1), kMonth, -1), at(1948, 12, 1));
  EXPECT_EQ(advance(at(2016, 1, 1), {.months = 3}, 5), at(2017, 4, 1));
}

TEST(TimeSteps, AdvancesToTheEndOfShorterMonths) {
  EXPECT_EQ(advance(at(2015, 1, 30), kMonth, 1), at(2015, 2, 28));
  EXPECT_EQ(advance(at(2016, 1, 30), kMonth, 1), at(2016, 2, 29));
  EXPECT_EQ(advance(at(2016, 1, 30), kMonth, 2), at(2016, 3, 30));
}

TEST(TimeSteps, AdvancesFromTheLastDayOfAMonthToTheLast) {
  EXPECT_EQ(advance(at(2016, 1, 31), kMonth, 1), at(2016, 2, 29));
  EXPECT_EQ(advance(at(2016, 2, 29), kMonth, 1), at(2016, 3, 31));
  EXPECT_EQ(advance(at(2016, 4, 30), kMonth, -1), at(2016, 3, 31));
}

std::vector<int64_t> steps_from(int64_t time, const TimeStep& step, int count) {
  std::vector<int64_t> times;
  for (int i = 0; i < count; ++i) times.push_back(advance(time, step, i));
  return times;
}

TEST(TimeSteps, FindsStepsInMonths) {
  EXPECT_EQ(common_step(steps_from(at(1949, 1, 1), kMonth, 144)), kMonth);
  EXPECT_EQ(common_step(steps_from(at(2015, 12, 31), kMonth, 24)), kMonth);
  EXPECT_EQ(common_step(steps_from(at(2016, 1, 30, 60), kMonth, 24)),
            (TimeStep{.months = 1, .day = 30}));
  EXPECT_EQ(common_step(steps_from(at(2016, 1, 1), {.months = 3}, 8)), TimeStep{.months = 3});
  EXPECT_EQ(common_step(steps_from(at(2000, 6, 1), {.months = 12}, 8)), TimeStep{.months = 12});
  EXPECT_EQ(common_step(std::vector{at(1949, 1, 1), at(1949, 2, 1)}), kMonth);
}

TEST(TimeSteps, FindsStepsInSeconds) {
  EXPECT_EQ(common_step(steps_from(at(2016, 1, 1), kDaily, 400)), kDaily);
  EXPECT_EQ(common_step(steps_from(at(2015, 2, 1), {.seconds = 28 * 86'400}, 12)),
            TimeStep{.seconds = 28 * 86'400});
  EXPECT_EQ(common_step(std::vector<int64_t>{0, 90 * kSecond}), TimeStep{.seconds = 90});
  EXPECT_EQ(common_step(std::vector<int64_t>{0, 100'000, 200'000}),
            TimeStep{.microseconds = 100'000});
}

TEST(TimeSteps, FindsTheCommonestStepDespiteGaps) {
  std::vector<int64_t> months = steps_from(at(1949, 1, 1), kMonth, 24);
  months.erase(months.begin() + 7);
  months[12] += kDay;
  EXPECT_EQ(common_step(months), kMonth);
  std::vector<int64_t> minutes = {0, 60, 180, 240, 1000, 1060};
  for (int64_t& time : minutes) time *= kSecond;
  EXPECT_EQ(common_step(minutes), TimeStep{.seconds = 60});
}

TEST(TimeSteps, TellsOneStepFromOthers) {
  EXPECT_TRUE(is_one_step(at(2016, 1, 1), at(2016, 2, 1), kMonth));
  EXPECT_TRUE(is_one_step(at(2015, 2, 28), at(2015, 3, 30), kMonth));
  EXPECT_TRUE(is_one_step(at(2015, 2, 28), at(2015, 3, 31), kMonth));
  EXPECT_TRUE(is_one_step(at(2015, 2, 27), at(2015, 3, 27), kMonth));
  EXPECT_FALSE(is_one_step(at(2015, 2, 27), at(2015, 3, 31), kMonth));
  EXPECT_FALSE(is_one_step(at(2016, 1, 1), at(2016, 3, 1), kMonth));
  EXPECT_FALSE(is_one_step(at(2016, 1, 1), at(2016, 2, 1, 1), kMonth));
  EXPECT_TRUE(is_one_step(0, kDay, kDaily));
  EXPECT_FALSE(is_one_step(0, 2 * kDay, kDaily));
}

TEST(TimeSteps, NamesSteps) {
  EXPECT_EQ(to_text({.seconds = 3600}), "1 hour");
  EXPECT_EQ(to_text({.seconds = 900}), "15 minutes");
  EXPECT_EQ(to_text({.seconds = 90}), "90 seconds");
  EXPECT_EQ(to_text({.seconds = 7 * 86'400}), "7 days");
  EXPECT_EQ(to_text({.months = 1}), "1 month");
  EXPECT_EQ(to_text({.months = 24}), "2 years");
}

TEST(TimeSteps, KnowsBusinessDays) {
  // Monday, 2019-01-07, to Friday.
  std::vector<int64_t> days = steps_from(at(2019, 1, 7), kBusinessDay, 300);
  EXPECT_EQ(days[4], at(2019, 1, 11));
  EXPECT_EQ(days[5], at(2019, 1, 14));
  EXPECT_EQ(common_step(days), kBusinessDay);
  days.erase(days.begin() + 77);  // a holiday
  EXPECT_EQ(common_step(days), kBusinessDay);
  EXPECT_EQ(advance(at(2019, 1, 14), kBusinessDay, -1), at(2019, 1, 11));
  EXPECT_TRUE(is_one_step(at(2019, 1, 11), at(2019, 1, 14), kBusinessDay));
  EXPECT_FALSE(is_one_step(at(2019, 1, 11), at(2019, 1, 12), kBusinessDay));
  EXPECT_EQ(common_step(steps_from(at(2019, 1, 9), kBusinessDay, 5)), kBusinessDay);
}

TEST(TimeSteps, KnowsOtherWeeks) {
  const TimeStep no_sundays{.seconds = 86'400, .weekdays = 0b0111111};
  EXPECT_EQ(common_step(steps_from(at(2019, 1, 7), no_sundays, 60)), no_sundays);
  const TimeStep thrice{.seconds = 86'400, .weekdays = 0b0010101};
  EXPECT_EQ(common_step(steps_from(at(2019, 1, 7), thrice, 60)), thrice);
  // A day that is missing once is no rule.
  std::vector<int64_t> days = steps_from(at(2019, 1, 7), kDaily, 10);
  days.erase(days.begin() + 3);
  EXPECT_EQ(common_step(days), kDaily);
}

TEST(TimeSteps, KnowsTheHoursOfAnExchange) {
  const TimeStep hours{.seconds = 3600,
                       .weekdays = kBusinessDays,
                       .opens = 9 * 3600 + 1800,
                       .closes = 15 * 3600 + 1800};
  const std::vector<int64_t> times = steps_from(at(2019, 1, 7, hours.opens), hours, 200);
  EXPECT_EQ(times[7], at(2019, 1, 8, hours.opens));
  EXPECT_EQ(times[35], at(2019, 1, 14, hours.opens));
  EXPECT_EQ(common_step(times), hours);
  EXPECT_EQ(advance(times[35], hours, -1), at(2019, 1, 11, hours.closes));
}

TEST(TimeSteps, KnowsHoursOfBusinessDays) {
  const TimeStep hours{.seconds = 3600, .weekdays = kBusinessDays};
  EXPECT_EQ(common_step(steps_from(at(2019, 1, 7), hours, 400)), hours);
  EXPECT_EQ(advance(at(2019, 1, 11, 23 * 3600), hours, 1), at(2019, 1, 14));
}

TEST(TimeSteps, KnowsTheLastBusinessDayOfMonths) {
  const TimeStep last{.months = 1, .day = 31, .weekdays = kBusinessDays};
  const std::vector<int64_t> ends = steps_from(at(2020, 1, 31), last, 24);
  EXPECT_EQ(ends[1], at(2020, 2, 28));
  EXPECT_EQ(ends[4], at(2020, 5, 29));
  EXPECT_EQ(common_step(ends), last);
  const TimeStep first{.months = 3, .day = 1, .weekdays = kBusinessDays};
  const std::vector<int64_t> begins = steps_from(at(2020, 1, 1), first, 12);
  EXPECT_EQ(begins[4], at(2021, 1, 1));
  EXPECT_EQ(begins[5], at(2021, 4, 1));
  EXPECT_EQ(begins[8], at(2022, 1, 3));
  EXPECT_EQ(common_step(begins), first);
}

TEST(TimeSteps, KnowsTheDayOfTheMonth) {
  // The 28th is February's last day by chance.
  const std::vector<int64_t> times = steps_from(at(2019, 1, 28), {.months = 1, .day = 28}, 14);
  const TimeStep step = common_step(times);
  EXPECT_EQ(advance(at(2019, 2, 28), step, 1), at(2019, 3, 28));
  const std::vector<int64_t> ends = steps_from(at(2019, 1, 31), kMonth, 14);
  EXPECT_EQ(advance(at(2019, 2, 28), common_step(ends), 1), at(2019, 3, 31));
}

TEST(TimeSteps, SaysWhichDaysAndHoursCount) {
  EXPECT_EQ(to_text(kBusinessDay), "1 business day");
  EXPECT_EQ(to_text({.seconds = 86'400, .weekdays = 0b0010101}), "1 day (Mon, Wed, Fri)");
  EXPECT_EQ(to_text({.seconds = 1800, .weekdays = 31, .opens = 34'200, .closes = 57'600}),
            "30 minutes from 09:30 to 16:00 on business days");
  EXPECT_EQ(to_text({.months = 1, .day = 31, .weekdays = 31}), "1 month, on its last business day");
  EXPECT_EQ(to_text({.microseconds = 20'000}), "20 milliseconds");
}

TEST(TimeSteps, ComparesLengths) {
  EXPECT_TRUE(same_length(kDaily, kBusinessDay));
  EXPECT_FALSE(same_length(kDaily, kMonth));
  EXPECT_FALSE(same_length(kDaily, {.seconds = 86'400, .microseconds = 1}));
}

}  // namespace
}  // namespace mnemo
