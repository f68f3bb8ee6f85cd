#include "datasets/times/time_conversions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "common/characters.h"
#include "common/lower_case.h"
#include "datasets/times/time_pattern.h"

namespace mnemo {
namespace {

constexpr int64_t kLastSecond = 253'402'300'799;  // of the year 9999

constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                    "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 2> kHalves{"AM", "PM"};
constexpr std::string_view kClockConversions = "HhIMSpPfF";

// Takes a number of `least` to `most` digits off; of fewer than `most` there is no zero in front.
bool take_number(std::string_view& rest, size_t least, size_t most, int64_t& value) {
  size_t size = 0;
  value = 0;
  while (size < most && size < rest.size() && is_digit(rest[size])) {
    value = value * 10 + (rest[size++] - '0');
  }
  if (size < least || (least < most && size > 1 && rest[0] == '0')) return false;
  rest.remove_prefix(size);
  return true;
}

char in_style(char letter, char style) {
  if (style == '_' && letter >= 'A' && letter <= 'Z') return static_cast<char>(letter - 'A' + 'a');
  if (style == '^' && letter >= 'a' && letter <= 'z') return static_cast<char>(letter - 'a' + 'A');
  return letter;
}

std::string in_style(std::string_view name, char style) {
  std::string text(name);
  for (char& letter : text) letter = in_style(letter, style);
  return text;
}

bool is_in_style(std::string_view text, std::string_view name, char style) {
  return std::ranges::equal(
      text, name, [&](char letter, char of_name) { return letter == in_style(of_name, style); });
}

// Takes one of `names` off, as a conversion writes it; `value` counts from 1.
template <size_t Count>
bool take_name(const std::array<std::string_view, Count>& names, size_t letters, char style,
               std::string_view& rest, int64_t& value) {
  for (size_t i = 0; i < Count; ++i) {
    const std::string_view name = names[i].substr(0, letters);
    if (!is_in_style(rest.substr(0, name.size()), name, style)) continue;
    rest.remove_prefix(name.size());
    value = static_cast<int64_t>(i) + 1;
    return true;
  }
  return false;
}

int64_t power_of_ten(int exponent) {
  int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// Takes digits behind a second's point off, as microseconds.
bool take_fraction(std::string_view& rest, size_t digits, int64_t& microseconds) {
  constexpr size_t kKept = 6;
  if (digits == 0 || rest.size() < digits) return false;
  microseconds = 0;
  for (size_t i = 0; i < std::max(digits, kKept); ++i) {
    if (i < digits && !is_digit(rest[i])) return false;
    if (i < kKept) microseconds = microseconds * 10 + (i < digits ? rest[i] - '0' : 0);
  }
  rest.remove_prefix(digits);
  return true;
}

// The part of the text with which an offset begins.
std::string_view zone_part(std::string_view rest) {
  size_t size = 0;
  if (!rest.empty() && (rest[0] == '+' || rest[0] == '-')) {
    size = 1;
    while (size < rest.size() && (is_digit(rest[size]) || rest[size] == ':')) ++size;
  } else {
    while (size < rest.size() && is_letter(rest[size])) ++size;
  }
  return rest.substr(0, size);
}

bool within(int64_t value, int64_t least, int64_t most) { return value >= least && value <= most; }

bool match_date(const TimePart& part, std::string_view& rest, TimeFields& fields) {
  const size_t least = part.style == '-' ? 1 : 2;
  switch (part.conversion) {
    case 'Y':
    case 'G':
      return take_number(rest, 4, 4, fields.year) && fields.year >= 1000;
    case 'y':
      if (!take_number(rest, 2, 2, fields.year)) return false;
      fields.year += fields.year < 69 ? 2000 : 1900;
      return true;
    case 'm':
      return take_number(rest, least, 2, fields.month);
    case 'd':
      return take_number(rest, least, 2, fields.day);
    case 'b':
      return take_name(kMonths, 3, part.style, rest, fields.month);
    case 'B':
      return take_name(kMonths, std::string_view::npos, part.style, rest, fields.month);
    case 'a':
      return take_name(kWeekdays, 3, part.style, rest, fields.named_weekday);
    case 'q':
    case 'e': {
      const int64_t months = part.conversion == 'q' ? 3 : 6;
      if (!take_number(rest, 1, 1, fields.month)) return false;
      fields.month = (fields.month - 1) * months + 1;
      return within(fields.month, 1, 12);
    }
    case 'V':
      return take_number(rest, least, 2, fields.week) && within(fields.week, 1, 53);
    case 'u':
      return take_number(rest, 1, 1, fields.weekday) && within(fields.weekday, 1, 7);
    default:
      return take_number(rest, 3, 3, fields.day_of_year) && fields.day_of_year >= 1;
  }
}

bool match_clock(const TimePart& part, std::string_view& rest, TimeFields& fields) {
  const size_t least = part.style == '-' ? 1 : 2;
  switch (part.conversion) {
    case 'H':
      return take_number(rest, least, 2, fields.hour) && fields.hour < 24;
    case 'h':
      return take_number(rest, least, 2, fields.hour) && fields.hour <= 24;
    case 'I':
      return take_number(rest, least, 2, fields.hour) && within(fields.hour, 1, 12);
    case 'M':
      return take_number(rest, 2, 2, fields.minute) && fields.minute < 60;
    case 'S':
      return take_number(rest, 2, 2, fields.second) && fields.second < 60;
    case 'p':
    case 'P':
      return take_name(kHalves, 2, part.conversion == 'P' ? '_' : '^', rest, fields.half_day);
    default: {  // a fraction of a second
      const auto places = static_cast<size_t>(part.style == 0 ? 0 : part.style - '0');
      if (part.conversion == 'f' && places > 0) {
        return take_fraction(rest, places, fields.microsecond);
      }
      if (!rest.starts_with('.')) return true;
      rest.remove_prefix(1);
      if (places > 0) return take_fraction(rest, places, fields.microsecond);
      size_t digits = 0;
      while (digits < rest.size() && digits < 9 && is_digit(rest[digits])) ++digits;
      return take_fraction(rest, digits, fields.microsecond);
    }
  }
}

bool match_epoch(const TimePart& part, std::string_view& rest, TimeFields& fields) {
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), fields.epoch);
  if (error != std::errc()) return false;
  const auto size = static_cast<size_t>(end - rest.data());
  const std::string_view text = rest.substr(0, size);
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (text == "-0" || (digits.size() > 1 && digits.starts_with('0'))) return false;
  rest.remove_prefix(size);
  if (part.style == 0) {
    if (!within(fields.epoch, -kLastSecond, kLastSecond)) return false;
    fields.epoch *= kSecond;
    return true;
  }
  // Times lie from 1973 to 2286: counts of rows and of seconds are smaller.
  const int64_t second = power_of_ten(part.style - '0');
  if (!within(fields.epoch / second, 100'000'000, 9'999'999'999)) return false;
  if (part.style == '3') fields.epoch *= 1000;
  if (part.style == '9') fields.epoch /= 1000;
  return true;
}

bool match_zone(std::string_view& rest, TimeFields& fields) {
  fields.zone = zone_part(rest);
  const auto seconds = zone_seconds(fields.zone);
  if (!seconds) return false;
  fields.offset = *seconds;
  rest.remove_prefix(fields.zone.size());
  return true;
}

bool match_literal(char literal, std::string_view& rest) {
  const bool same = !rest.empty() && (rest[0] == literal || (literal == '\n' && rest[0] == ' '));
  if (same) rest.remove_prefix(1);
  return same;
}

void write_fraction(const TimePart& part, const TimeFields& fields, std::string& text) {
  std::string digits = fmt::format("{:06}000", fields.microsecond);
  if (part.style != 0) {
    digits.erase(static_cast<size_t>(part.style - '0'));
  } else {
    digits.erase(digits.find_last_not_of('0') + 1);
  }
  if (part.conversion == 'f' && part.style != 0) {
    text += digits;
  } else if (fields.microsecond > 0) {
    text += "." + digits;
  }
}

void write_epoch(const TimePart& part, const TimeFields& fields, std::string& text) {
  const int64_t unit = part.style == 0 ? kSecond : part.style == '3' ? 1000 : 1;
  text += fmt::format("{}", fields.epoch / unit);
  if (part.style == '9') text += "000";
}

struct PaddedNumber {
  int64_t value;
  int width;
};

// Returns what a conversion that is a number writes.
PaddedNumber number_of(char conversion, const TimeFields& fields) {
  switch (conversion) {
    case 'Y':
      return {fields.year, 4};
    case 'G':
      return {fields.week_year, 4};
    case 'y':
      return {fields.year % 100, 2};
    case 'm':
      return {fields.month, 2};
    case 'd':
      return {fields.day, 2};
    case 'I':
      return {(fields.hour + 11) % 12 + 1, 2};
    case 'M':
      return {fields.minute, 2};
    case 'S':
      return {fields.second, 2};
    case 'q':
      return {(fields.month + 2) / 3, 1};
    case 'e':
      return {(fields.month + 5) / 6, 1};
    case 'V':
      return {fields.week, 2};
    case 'u':
      return {fields.weekday, 1};
    case 'j':
      return {fields.day_of_year, 3};
    default:
      return {fields.hour, 2};
  }
}

}  // namespace

bool match_part(const TimePart& part, std::string_view& rest, TimeFields& fields) {
  switch (part.conversion) {
    case 0:
      return match_literal(part.literal, rest);
    case 's':
      return match_epoch(part, rest, fields);
    case 'z':
    case 'Z':
      return match_zone(rest, fields);
    default:
      if (kClockConversions.find(part.conversion) != std::string_view::npos) {
        return match_clock(part, rest, fields);
      }
      return match_date(part, rest, fields);
  }
}

void write_part(const TimePart& part, const TimeFields& fields, std::string& text) {
  const std::string_view month = kMonths.at(static_cast<size_t>(fields.month - 1));
  const auto half = static_cast<size_t>(fields.hour % 24 < 12 ? 0 : 1);
  switch (part.conversion) {
    case 0:
      text += part.literal;
      return;
    case 'f':
    case 'F':
      return write_fraction(part, fields, text);
    case 's':
      return write_epoch(part, fields, text);
    case 'b':
      text += in_style(month.substr(0, 3), part.style);
      return;
    case 'B':
      text += in_style(month, part.style);
      return;
    case 'a':
      text +=
          in_style(kWeekdays.at(static_cast<size_t>(fields.weekday - 1)).substr(0, 3), part.style);
      return;
    case 'p':
      text += kHalves.at(half);
      return;
    case 'P':
      text += lower_case(kHalves.at(half));
      return;
    case 'z':
    case 'Z':
      text += fields.zone;
      return;
    default: {
      const auto [value, width] = number_of(part.conversion, fields);
      text += fmt::format("{:0{}}", value, part.style == '-' ? 1 : width);
    }
  }
}

}  // namespace mnemo
