#include "datasets/calendar.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace mnemo {
namespace {

constexpr int64_t kMinute = 60, kHour = 60 * kMinute, kWeek = 7 * kDaySeconds;  // seconds

const char* name_of(CalendarPart part) {
  switch (part) {
    case CalendarPart::minute:
      return "minute";
    case CalendarPart::hour:
      return "hour";
    case CalendarPart::weekday:
      return "weekday";
    case CalendarPart::day:
      return "day";
    case CalendarPart::month:
      return "month";
  }
  throw std::logic_error("unhandled calendar part");
}

// The place goes from 0 to below 1.
double place_in_cycle(int64_t time, CalendarPart part) {
  namespace chrono = std::chrono;
  const chrono::sys_time<chrono::microseconds> at{chrono::microseconds(time)};
  const auto day = chrono::floor<chrono::days>(at);
  const chrono::year_month_day date(day);
  const int64_t second_of_day = (at - day).count() / kSecond;
  const auto ratio = [](auto part_of, auto whole) {
    return static_cast<double>(part_of) / static_cast<double>(whole);
  };
  switch (part) {
    case CalendarPart::minute:
      return ratio(second_of_day % kHour, kHour);
    case CalendarPart::hour:
      return ratio(second_of_day, kDaySeconds);
    case CalendarPart::weekday:
      return ratio(chrono::weekday(day).c_encoding(), 7);
    case CalendarPart::day:
      return ratio(static_cast<unsigned>(date.day()) - 1, 31);
    case CalendarPart::month:
      return ratio(static_cast<unsigned>(date.month()) - 1, 12);
  }
  throw std::logic_error("unhandled calendar part");
}

}  // namespace

std::vector<CalendarPart> calendar_parts(const TimeStep& step) {
  std::vector<CalendarPart> parts;
  const bool in_seconds = step.months == 0;
  if (in_seconds && step.seconds < kHour) parts.push_back(CalendarPart::minute);
  if (in_seconds && step.seconds < kDaySeconds) parts.push_back(CalendarPart::hour);
  if (in_seconds && step.seconds < kWeek) parts.push_back(CalendarPart::weekday);
  if (in_seconds) parts.push_back(CalendarPart::day);
  parts.push_back(CalendarPart::month);
  return parts;
}

std::vector<std::string> calendar_columns(std::span<const CalendarPart> parts) {
  std::vector<std::string> names;
  for (const CalendarPart part : parts) {
    names.push_back(fmt::format("{} sin", name_of(part)));
    names.push_back(fmt::format("{} cos", name_of(part)));
  }
  return names;
}

void append_calendar(int64_t time, std::span<const CalendarPart> parts, std::vector<double>& row) {
  for (const CalendarPart part : parts) {
    const double angle = 2.0 * std::numbers::pi * place_in_cycle(time, part);
    row.push_back(std::sin(angle));
    row.push_back(std::cos(angle));
  }
}

}  // namespace mnemo
