#include "datasets/times/time_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "common/characters.h"
#include "common/white_space.h"
#include "datasets/times/time_conversions.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace chrono = std::chrono;

chrono::sys_days monday_of_week(int64_t year, int64_t week) {
  const chrono::sys_days fourth =
      chrono::year(static_cast<int>(year)) / chrono::January / chrono::day(4);
  const auto past_monday = chrono::weekday(fourth) - chrono::Monday;
  return fourth - past_monday + chrono::weeks(week - 1);
}

bool is_styled(char c) { return c == '-' || c == '^' || c == '_' || is_digit(c); }

}  // namespace

TimePattern::TimePattern(const TimeFormat& format)
    : suffix_(format.suffix), zones_(format.zones), is_epoch_(format.pattern.empty()) {
  if (is_epoch_) parts_.push_back({.conversion = 's'});
  for (size_t i = 0; i < format.pattern.size(); ++i) {
    TimePart part;
    part.literal = format.pattern[i];
    if (part.literal == '%' && i + 1 < format.pattern.size()) {
      char next = format.pattern[++i];
      if (is_styled(next) && i + 1 < format.pattern.size()) {
        part.style = next;
        next = format.pattern[++i];
      }
      if (next != '%' && kTimeConversions.find(next) == std::string_view::npos) {
        throw UsageError(
            fmt::format("the pattern of times \"{}\" holds \"%{}\", which stands for "
                        "nothing; %Y-%m-%d %H:%M:%S is an example",
                        format.pattern, next));
      }
      if (next != '%') part.conversion = next;
      if (next == 's' && part.style == '0') part.style = 0;
    }
    is_epoch_ = is_epoch_ || part.conversion == 's';
    midnight_is_24_ = midnight_is_24_ || part.conversion == 'h';
    by_week_ = by_week_ || part.conversion == 'V';
    has_zone_ = has_zone_ || part.conversion == 'z' || part.conversion == 'Z';
    takes_zone_off_ = takes_zone_off_ || part.conversion == 'z';
    parts_.push_back(part);
  }
}

std::optional<size_t> TimePattern::match(std::string_view text, TimeFields& fields) const {
  std::string_view rest = text;
  for (const TimePart& part : parts_) {
    if (!match_part(part, rest, fields)) return std::nullopt;
  }
  return text.size() - rest.size();
}

std::optional<int64_t> TimePattern::time_of(const TimeFields& fields) const {
  if (is_epoch_) {
    return fields.epoch < 0 ? fields.epoch - fields.microsecond : fields.epoch + fields.microsecond;
  }
  const chrono::year year(static_cast<int>(fields.year));
  chrono::sys_days day;
  if (by_week_) {
    if (fields.week > 53) return std::nullopt;
    const chrono::sys_days monday = monday_of_week(fields.year, fields.week);
    if (chrono::year_month_day(monday + chrono::days(3)).year() != year) return std::nullopt;
    day = monday + chrono::days(fields.weekday - 1);
  } else if (fields.day_of_year > 0) {
    day = chrono::sys_days(year / chrono::January / 1) + chrono::days(fields.day_of_year - 1);
    if (chrono::year_month_day(day).year() != year) return std::nullopt;
  } else {
    const chrono::year_month_day date = year / chrono::month(static_cast<unsigned>(fields.month)) /
                                        chrono::day(static_cast<unsigned>(fields.day));
    if (!date.ok()) return std::nullopt;
    day = date;
  }
  if (fields.named_weekday > 0 &&
      chrono::weekday(day).iso_encoding() != static_cast<unsigned>(fields.named_weekday)) {
    return std::nullopt;
  }
  int64_t hour = fields.hour;
  if (fields.half_day > 0) hour = hour % 12 + (fields.half_day == 2 ? 12 : 0);
  if (hour == 24 && (fields.minute > 0 || fields.second > 0 || fields.microsecond > 0)) {
    return std::nullopt;
  }
  int64_t seconds = day.time_since_epoch().count() * kDaySeconds;
  seconds += hour * 3600 + fields.minute * 60 + fields.second;
  if (takes_zone_off_) seconds -= fields.offset;
  return seconds * kSecond + fields.microsecond;
}

std::optional<int64_t> TimePattern::read(std::string_view text) const {
  text = trimmed(text);
  if (!text.ends_with(suffix_)) return std::nullopt;
  text.remove_suffix(suffix_.size());
  TimeFields fields;
  const auto bytes = match(text, fields);
  if (!bytes || *bytes != text.size()) return std::nullopt;
  return time_of(fields);
}

size_t TimePattern::read_start(std::string_view text) const {
  TimeFields fields;
  const auto bytes = match(text, fields);
  return bytes && time_of(fields) ? *bytes : 0;
}

std::string_view TimePattern::zone_of(std::string_view text) const {
  TimeFields fields;
  match(trimmed(text), fields);
  return fields.zone;
}

const std::string& TimePattern::zone_at(int64_t time) const {
  static const std::string kNone = "Z";
  if (zones_.empty()) return kNone;
  const auto after = std::ranges::upper_bound(zones_, time, {}, &ZoneChange::since);
  return after == zones_.begin() ? after->text : (after - 1)->text;
}

TimeFields TimePattern::fields_of(int64_t time) const {
  TimeFields fields;
  fields.epoch = time;
  if (has_zone_) {
    const std::string& zone = zone_at(time);
    fields.zone = zone;
    if (takes_zone_off_) time += zone_seconds(zone).value_or(0) * kSecond;
  }
  const chrono::sys_time<chrono::microseconds> at{chrono::microseconds(time)};
  auto day = chrono::floor<chrono::days>(at);
  int64_t rest = (at - day).count();
  const bool shows_24 = midnight_is_24_ && rest == 0;
  if (shows_24) day -= chrono::days(1);
  const chrono::year_month_day date(day);
  fields.year = static_cast<int>(date.year());
  fields.month = static_cast<unsigned>(date.month());
  fields.day = static_cast<unsigned>(date.day());
  fields.microsecond = is_epoch_ ? std::abs(time % kSecond) : rest % kSecond;
  rest /= kSecond;
  fields.hour = shows_24 ? 24 : rest / 3600;
  fields.minute = rest / 60 % 60;
  fields.second = rest % 60;
  fields.weekday = chrono::weekday(day).iso_encoding();
  fields.day_of_year = (day - chrono::sys_days(date.year() / chrono::January / 1)).count() + 1;
  const chrono::sys_days thursday = day + chrono::days(4 - fields.weekday);
  const chrono::year week_year = chrono::year_month_day(thursday).year();
  fields.week_year = static_cast<int>(week_year);
  fields.week = (thursday - chrono::sys_days(week_year / chrono::January / 1)).count() / 7 + 1;
  return fields;
}

std::string TimePattern::write_with(int64_t time, char between) const {
  const TimeFields fields = fields_of(time);
  std::string text;
  for (const TimePart& part : parts_) {
    if (part.conversion == 0 && part.literal == '\n') {
      text += between;
    } else {
      write_part(part, fields, text);
    }
  }
  return text + suffix_;
}

std::string TimePattern::write(int64_t time) const { return write_with(time, ' '); }

std::vector<std::string> TimePattern::write_cells(int64_t time) const {
  const std::string text = write_with(time, '\n');
  std::vector<std::string> cells(1);
  for (const char c : text) {
    if (c == '\n') {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

}  // namespace mnemo
