#include "datasets/time_stamps.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <ctime>
#include <map>
#include <system_error>
#include <vector>

#include "common/white_space.h"

namespace mnemo {
namespace {

namespace chrono = std::chrono;

constexpr size_t kMostBytes = 64;                  // of a time that is read or written
constexpr int64_t kMostSeconds = 253'402'300'799;  // the last second of the year 9999

// In order of preference. A minus in a field, as in %-m, writes it without zeros in front.
std::vector<std::string> make_patterns() {
  const auto dates = {"%Y-%m-%d",   "%Y-%-m-%-d", "%Y/%m/%d",   "%Y/%-m/%-d", "%m/%d/%Y",
                      "%-m/%-d/%Y", "%d/%m/%Y",   "%-d/%-m/%Y", "%d.%m.%Y",   "%-d.%-m.%Y"};
  const auto times = {"%H:%M:%S", "%-H:%M:%S", "%H:%M", "%-H:%M", "%H"};
  std::vector<std::string> patterns;
  for (const std::string date : dates) {
    patterns.push_back(date);
    for (const char* const between : {" ", "T"}) {
      for (const char* const time : times) patterns.push_back(date + between + time);
    }
  }
  patterns.insert(patterns.end(), {"%Y-%m", "%Y%m%d", ""});
  return patterns;
}

// Z, +02:00, +0200 or +02.
bool is_zone(std::string_view text) {
  if (text == "Z") return true;
  std::string shape(text);
  std::ranges::replace_if(
      shape, [](char c) { return c >= '0' && c <= '9'; }, '0');
  if (shape.starts_with('-')) shape[0] = '+';
  return shape == "+00:00" || shape == "+0000" || shape == "+00";
}

// True when a time of `pattern` may be followed by `suffix`.
bool may_follow(const std::string& pattern, std::string_view suffix) {
  if ((pattern.empty() || pattern.ends_with("%S")) && suffix.starts_with('.')) {
    const size_t zeros = std::min(suffix.find_first_not_of('0', 1), suffix.size());
    if (zeros == 1) return false;
    suffix.remove_prefix(zeros);
  }
  const bool has_time_of_day = pattern.find('H') != std::string::npos;
  return suffix.empty() || (has_time_of_day && is_zone(suffix));
}

struct TimeInText {
  int64_t seconds;
  size_t bytes;  // how much of the text it takes
};

// The time with which `text` begins.
std::optional<TimeInText> read_start(std::string_view text, const std::string& pattern) {
  TimeInText time{};
  if (pattern.empty()) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), time.seconds);
    const bool in_range = time.seconds >= -kMostSeconds && time.seconds <= kMostSeconds;
    if (error != std::errc() || !in_range) return std::nullopt;
    time.bytes = static_cast<size_t>(end - text.data());
  } else {
    std::array<char, kMostBytes> terminated{};
    if (text.size() >= terminated.size()) return std::nullopt;
    std::ranges::copy(text, terminated.begin());
    std::tm parts{};
    parts.tm_mday = 1;  // of a pattern without days
    const char* const end = ::strptime(terminated.data(), pattern.c_str(), &parts);
    constexpr int kFourDigits = 1000 - 1900;  // years are counted from 1900
    if (end == nullptr || parts.tm_year < kFourDigits) return std::nullopt;
    time.seconds = ::timegm(&parts);
    time.bytes = static_cast<size_t>(end - terminated.data());
  }
  // strptime takes more than the pattern says: 30 February, any number of zeros or spaces.
  const bool is_written_so = format_time(time.seconds, {pattern, ""}) == text.substr(0, time.bytes);
  return is_written_so ? std::optional(time) : std::nullopt;
}

struct Moment {
  chrono::year_month_day date;
  int64_t second_of_day;
};

Moment moment_of(int64_t time) {
  const chrono::sys_seconds at{chrono::seconds(time)};
  const auto day = chrono::floor<chrono::days>(at);
  return {day, (at - day).count()};
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
  if (a.second_of_day != b.second_of_day) return 0;
  return (month_of(b.date) - month_of(a.date)).count();
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

}  // namespace

std::optional<TimeFormat> find_time_format(std::span<const std::string> cells) {
  static const std::vector<std::string> patterns = make_patterns();
  if (cells.empty()) return std::nullopt;
  const std::string_view first = trimmed(cells[0]);
  for (const std::string& pattern : patterns) {
    const std::optional<TimeInText> start = read_start(first, pattern);
    if (!start) continue;
    const TimeFormat format{pattern, std::string(first.substr(start->bytes))};
    if (!may_follow(pattern, format.suffix)) continue;
    const auto reads = [&](const std::string& cell) { return parse_time(cell, format); };
    if (std::ranges::all_of(cells, [&](const auto& cell) { return reads(cell).has_value(); })) {
      return format;
    }
  }
  return std::nullopt;
}

std::optional<int64_t> parse_time(std::string_view text, const TimeFormat& format) {
  text = trimmed(text);
  if (!text.ends_with(format.suffix)) return std::nullopt;
  text.remove_suffix(format.suffix.size());
  const std::optional<TimeInText> time = read_start(text, format.pattern);
  if (!time || time->bytes != text.size()) return std::nullopt;
  return time->seconds;
}

std::string format_time(int64_t seconds, const TimeFormat& format) {
  if (format.pattern.empty()) return std::to_string(seconds) + format.suffix;
  const std::time_t time = seconds;
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::array<char, kMostBytes> text{};
  const size_t size = std::strftime(text.data(), text.size(), format.pattern.c_str(), &parts);
  return std::string(text.data(), size) + format.suffix;
}

int64_t advance(int64_t time, const TimeStep& step, int64_t count) {
  if (step.months == 0) return time + step.seconds * count;
  const auto [date, second_of_day] = moment_of(time);
  const bool is_last = date.day() == last_day(month_of(date));
  const chrono::year_month month = month_of(date) + chrono::months(step.months * count);
  const chrono::day last = last_day(month);
  const chrono::sys_days day = month / (is_last ? last : std::min(date.day(), last));
  return chrono::sys_seconds(day).time_since_epoch().count() + second_of_day;
}

bool is_one_step(int64_t time, int64_t next, const TimeStep& step) {
  if (step.months > 0) return months_between(time, next) == step.months;
  return next - time == step.seconds;
}

TimeStep common_step(std::span<const int64_t> times) {
  std::map<int64_t, int64_t> by_seconds;
  std::map<int64_t, int64_t> by_months;
  for (size_t i = 1; i < times.size(); ++i) {
    by_seconds[times[i] - times[i - 1]] += 1;
    const int64_t months = months_between(times[i - 1], times[i]);
    if (months > 0) by_months[months] += 1;
  }
  const Commonest seconds = commonest(by_seconds);
  const Commonest months = commonest(by_months);
  if (months.count >= seconds.count) return {.months = months.distance};
  return {.seconds = seconds.distance};
}

std::string to_text(const TimeStep& step) {
  struct Unit {
    int64_t size;
    const char* name;
  };
  static constexpr std::array<Unit, 2> kOfMonths{{{12, "year"}, {1, "month"}}};
  static constexpr std::array<Unit, 4> kOfSeconds{
      {{86'400, "day"}, {3'600, "hour"}, {60, "minute"}, {1, "second"}}};
  const int64_t length = step.months > 0 ? step.months : step.seconds;
  const std::span<const Unit> units =
      step.months > 0 ? std::span<const Unit>(kOfMonths) : kOfSeconds;
  const auto divides = [&](const Unit& unit) { return length % unit.size == 0; };
  const Unit unit = *std::ranges::find_if(units, divides);
  const int64_t count = length / unit.size;
  return fmt::format("{} {}{}", count, unit.name, count == 1 ? "" : "s");
}

}  // namespace mnemo
