#include "datasets/times/time_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <map>

#include "datasets/times/time_pattern.h"

namespace mnemo {
namespace {

namespace chrono = std::chrono;

struct Moment {
  chrono::year_month_day date;
  int64_t of_day;  // microseconds
};

Moment moment_of(int64_t time) {
  const chrono::sys_time<chrono::microseconds> at{chrono::microseconds(time)};
  const auto day = chrono::floor<chrono::days>(at);
  return {day, (at - day).count()};
}

int64_t time_of(chrono::sys_days day, int64_t of_day) {
  return day.time_since_epoch().count() * kDay + of_day;
}

chrono::day last_day(chrono::year_month month) { return (month / chrono::last).day(); }

chrono::year_month month_of(const chrono::year_month_day& date) {
  return date.year() / date.month();
}

// How many months `later` is after `earlier`; 0 when the two are not on one day of the month (or
// the last day of a month that is shorter) at one time of day.
int64_t months_between(int64_t earlier, int64_t later) {
  const Moment a = moment_of(earlier);
  const Moment b = moment_of(later);
  const chrono::day day = std::max(a.date.day(), b.date.day());
  for (const auto& date : {a.date, b.date}) {
    if (date.day() != std::min(day, last_day(month_of(date)))) return 0;
  }
  if (a.of_day != b.of_day) return 0;
  return (month_of(b.date) - month_of(a.date)).count();
}

int64_t length_of(const TimeStep& step) { return step.seconds * kSecond + step.microseconds; }

bool is_among(chrono::sys_days day, int64_t weekdays) {
  const unsigned number = chrono::weekday(day).iso_encoding() - 1;
  return weekdays == 0 || ((weekdays >> number) & 1) != 0;
}

chrono::sys_days next_among(chrono::sys_days day, int64_t weekdays, int64_t days) {
  do {
    day += chrono::days(days);
  } while (!is_among(day, weekdays));
  return day;
}

// The day of the month on which a step in months falls.
chrono::sys_days day_in_month(chrono::year_month month, const TimeStep& step) {
  const chrono::day last = last_day(month);
  chrono::sys_days day = month / std::min(chrono::day(static_cast<unsigned>(step.day)), last);
  if (!is_among(day, step.weekdays)) day = next_among(day, step.weekdays, step.day == 1 ? 1 : -1);
  return day;
}

int64_t advance_months(int64_t time, const TimeStep& step, int64_t count) {
  const auto [date, of_day] = moment_of(time);
  const bool is_last = date.day() == last_day(month_of(date));
  const chrono::year_month month = month_of(date) + chrono::months(step.months * count);
  if (step.day > 0) return time_of(day_in_month(month, step), of_day);
  const chrono::day last = last_day(month);
  return time_of(month / (is_last ? last : std::min(date.day(), last)), of_day);
}

// One step forwards (1) or backwards (-1) over the days and hours that have rows.
int64_t next_open(int64_t time, const TimeStep& step, int64_t direction) {
  const bool all_day = step.opens == 0 && step.closes == 0;
  const int64_t next = time + direction * length_of(step);
  const auto [date, of_day] = moment_of(next);
  const bool is_open =
      all_day || (of_day >= step.opens * kSecond && of_day <= step.closes * kSecond);
  if (is_open && is_among(date, step.weekdays)) return next;
  if (all_day) return time_of(next_among(date, step.weekdays, direction), of_day);
  const int64_t first = (direction > 0 ? step.opens : step.closes) * kSecond;
  return time_of(next_among(moment_of(time).date, step.weekdays, direction), first);
}

struct Commonest {
  int64_t distance = 0;
  int64_t count = 0;
};

// The smallest of several that are equally common.
Commonest commonest(const std::map<int64_t, int64_t>& counts) {
  Commonest best;
  for (const auto& [distance, count] : counts) {
    if (count > best.count) best = {distance, count};
  }
  return best;
}

using Series = std::span<const std::span<const int64_t>>;

template <typename Visit>
void for_each_time(Series series, Visit visit) {
  for (const auto& times : series) {
    for (const int64_t time : times) visit(moment_of(time));
  }
}

int64_t even_steps(Series series, const TimeStep& step) {
  int64_t even = 0;
  for (const auto& times : series) {
    for (size_t i = 1; i < times.size(); ++i) {
      even += is_one_step(times[i - 1], times[i], step) ? 1 : 0;
    }
  }
  return even;
}

// Rows on the last, or the first, business day of their months.
TimeStep on_business_days_of_months(const TimeStep& distance, Series series) {
  std::map<int64_t, int64_t> counts;  // of distances in months
  bool all_last = true, all_first = true, differ = false;
  int64_t rows = 0;
  const TimeStep last{.months = 1, .day = 31, .weekdays = kBusinessDays};
  const TimeStep first{.months = 1, .day = 1, .weekdays = kBusinessDays};
  for (const auto& times : series) {
    for (size_t i = 0; i < times.size(); ++i) {
      const auto date = moment_of(times[i]).date;
      const auto month = month_of(date);
      ++rows;
      all_last = all_last && date == chrono::year_month_day(day_in_month(month, last));
      all_first = all_first && date == chrono::year_month_day(day_in_month(month, first));
      differ = differ || (date.day() != last_day(month) && date.day() != chrono::day(1));
      if (!all_last && !all_first) return distance;
      if (i > 0) counts[(month - month_of(moment_of(times[i - 1]).date)).count()] += 1;
    }
  }
  constexpr int64_t kFewest = 4;  // rows that show a rule
  const int64_t months = commonest(counts).distance;
  if (!differ || rows < kFewest || months < 1) return distance;
  TimeStep step = all_last ? last : first;
  step.months = months;
  return step;
}

// The day of the month, where that of some rows is the last one by chance.
TimeStep on_day_of_month(TimeStep step, Series series) {
  bool some_last = false, all_last = true;
  unsigned latest = 0;
  for_each_time(series, [&](const Moment& moment) {
    const bool is_last = moment.date.day() == last_day(month_of(moment.date));
    some_last = some_last || is_last;
    all_last = all_last && is_last;
    latest = std::max(latest, static_cast<unsigned>(moment.date.day()));
  });
  if (some_last && !all_last) step.day = latest;
  return step;
}

// The weekdays on which at least a twentieth as many rows fall as on the commonest one.
int64_t common_weekdays(Series series) {
  std::array<int64_t, 7> counts{};
  for_each_time(series, [&](const Moment& moment) {
    counts.at(chrono::weekday(chrono::sys_days(moment.date)).iso_encoding() - 1) += 1;
  });
  const int64_t most = std::ranges::max(counts);
  int64_t weekdays = 0;
  for (size_t day = 0; day < counts.size(); ++day) {
    if (counts.at(day) * 20 > most) weekdays |= int64_t{1} << day;
  }
  return weekdays;
}

int64_t longest_span(Series series) {
  int64_t longest = 0;
  for (const auto& times : series) {
    if (!times.empty()) longest = std::max(longest, times.back() - times.front());
  }
  return longest;
}

// Rows on some weekdays alone. A weekday that is missing once may be missing by chance.
TimeStep on_weekdays(const TimeStep& distance, Series series) {
  TimeStep step = distance;
  step.weekdays = common_weekdays(series);
  if (step.weekdays == 0b1111111 || step.weekdays == 0) return distance;
  if (step.seconds % kDaySeconds == 0) step.seconds = kDaySeconds;
  if (step.weekdays != kBusinessDays && longest_span(series) < 14 * kDay) return distance;
  return even_steps(series, step) > even_steps(series, distance) ? step : distance;
}

// Rows between two hours of the day alone, as those of an exchange.
TimeStep on_hours(const TimeStep& distance, Series series) {
  std::map<int64_t, int64_t> first, last;
  int64_t days = 0;
  for (const auto& times : series) {
    for (size_t i = 1; i < times.size(); ++i) {
      const Moment before = moment_of(times[i - 1]), now = moment_of(times[i]);
      if (before.date == now.date) continue;
      last[before.of_day / kSecond] += 1;
      first[now.of_day / kSecond] += 1;
      ++days;
    }
  }
  constexpr int64_t kFewest = 3;  // nights that show a rule
  if (days < kFewest) return distance;
  TimeStep step = distance;
  step.opens = commonest(first).distance;
  step.closes = commonest(last).distance;
  if (step.closes <= step.opens || step.closes - step.opens + step.seconds >= kDaySeconds) {
    return on_weekdays(distance, series);
  }
  step = on_weekdays(step, series);
  return even_steps(series, step) > even_steps(series, distance) ? step : distance;
}

std::string weekdays_text(int64_t weekdays) {
  static constexpr std::array<const char*, 7> kNames{"Mon", "Tue", "Wed", "Thu",
                                                     "Fri", "Sat", "Sun"};
  std::string text;
  for (size_t day = 0; day < kNames.size(); ++day) {
    if (((weekdays >> day) & 1) == 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(kNames.at(day));
  }
  return text;
}

std::string length_text(const TimeStep& step) {
  struct Unit {
    int64_t size;
    const char* name;
  };
  static constexpr std::array<Unit, 2> kOfMonths{{{12, "year"}, {1, "month"}}};
  static constexpr std::array<Unit, 6> kOfTime{{{86'400 * kSecond, "day"},
                                                {3'600 * kSecond, "hour"},
                                                {60 * kSecond, "minute"},
                                                {kSecond, "second"},
                                                {1'000, "millisecond"},
                                                {1, "microsecond"}}};
  const int64_t length = step.months > 0 ? step.months : length_of(step);
  const std::span<const Unit> units = step.months > 0 ? std::span<const Unit>(kOfMonths) : kOfTime;
  const auto divides = [&](const Unit& unit) { return length % unit.size == 0; };
  const Unit unit = *std::ranges::find_if(units, divides);
  const int64_t count = length / unit.size;
  return fmt::format("{} {}{}", count, unit.name, count == 1 ? "" : "s");
}

}  // namespace

bool same_length(const TimeStep& a, const TimeStep& b) {
  return a.months == b.months && length_of(a) == length_of(b);
}

int64_t advance(int64_t time, const TimeStep& step, int64_t count) {
  if (step.months > 0) return advance_months(time, step, count);
  if (step.weekdays == 0 && step.opens == 0 && step.closes == 0) {
    return time + length_of(step) * count;
  }
  const int64_t direction = count < 0 ? -1 : 1;
  for (int64_t i = 0; i < std::abs(count); ++i) time = next_open(time, step, direction);
  return time;
}

bool is_one_step(int64_t time, int64_t next, const TimeStep& step) {
  if (step.months > 0 && step.day == 0) return months_between(time, next) == step.months;
  return next == advance(time, step, 1);
}

TimeStep common_distance(std::span<const int64_t> times) {
  std::map<int64_t, int64_t> by_time;
  std::map<int64_t, int64_t> by_months;
  for (size_t i = 1; i < times.size(); ++i) {
    const int64_t distance = times[i] - times[i - 1];
    if (distance <= 0) continue;
    by_time[distance] += 1;
    if (distance < 28 * kDay) continue;  // no month is shorter
    const int64_t months = months_between(times[i - 1], times[i]);
    if (months > 0) by_months[months] += 1;
  }
  const Commonest time = commonest(by_time);
  const Commonest months = commonest(by_months);
  if (months.count > 0 && months.count >= time.count) return {.months = months.distance};
  return {.seconds = time.distance / kSecond, .microseconds = time.distance % kSecond};
}

TimeStep with_calendar(const TimeStep& distance, std::span<const std::span<const int64_t>> series) {
  if (distance.months > 0 || distance.seconds >= 28 * kDaySeconds) {
    const TimeStep step = on_business_days_of_months(distance, series);
    return step.months > 0 && step.weekdays == 0 ? on_day_of_month(step, series) : step;
  }
  if (distance.microseconds > 0 || distance.seconds == 0) return distance;
  if (distance.seconds >= 7 * kDaySeconds) return distance;
  if (distance.seconds % kDaySeconds == 0) return on_weekdays(distance, series);
  return on_hours(distance, series);
}

TimeStep common_step(std::span<const int64_t> times) {
  return with_calendar(common_distance(times), {&times, 1});
}

std::string to_text(const TimeStep& step) {
  std::string text = length_text(step);
  if (step.months > 0 && step.weekdays == kBusinessDays) {
    return text + (step.day == 1 ? ", on its first business day" : ", on its last business day");
  }
  if (step.closes > 0) {
    text += fmt::format(" from {:02}:{:02} to {:02}:{:02}", step.opens / 3600, step.opens / 60 % 60,
                        step.closes / 3600, step.closes / 60 % 60);
  }
  if (step.weekdays == 0) return text;
  const bool is_day = step.seconds == kDaySeconds;
  if (step.weekdays == kBusinessDays) return is_day ? "1 business day" : text + " on business days";
  return fmt::format("{} ({})", text, weekdays_text(step.weekdays));
}

}  // namespace mnemo
