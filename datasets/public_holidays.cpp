#include "datasets/public_holidays.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <stdexcept>
#include <utility>

#include "datasets/holiday_table.h"

namespace mnemo {
namespace {

namespace chrono = std::chrono;

constexpr int kSaturday = 6, kSunday = 7;  // as ISO 8601 counts

[[noreturn]] void refuse_entry(std::string_view text) {
  throw std::logic_error("the table of holidays has \"" + std::string(text) + "\"");
}

int64_t whole_number(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) refuse_entry(text);
  return number;
}

// Takes what stands before `mark` off `text`, and the mark; all of it where there is none.
std::string_view take_until(std::string_view& text, char mark) {
  const size_t at = text.find(mark);
  const auto taken = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return taken;
}

int64_t days_since_1970(int64_t year, int64_t month, int64_t day) {
  const auto date =
      chrono::year(static_cast<int>(year)) / static_cast<int>(month) / static_cast<int>(day);
  return chrono::sys_days(date).time_since_epoch().count();
}

// Easter Sunday as the Gregorian calendar has it ("Anonymous", Nature 1876).
int64_t western_easter(int64_t year) {
  const int64_t a = year % 19, b = year / 100, c = year % 100;
  const int64_t h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  const int64_t l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  const int64_t m = h + l - 7 * ((a + 11 * h + 22 * l) / 451) + 114;
  return days_since_1970(year, m / 31, m % 31 + 1);
}

// The same by the Julian calendar (Meeus), which is 13 days behind from 1900 to 2099.
int64_t orthodox_easter(int64_t year) {
  const int64_t d = (19 * (year % 19) + 15) % 30;
  const int64_t e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7;
  const int64_t m = d + e + 114;
  return days_since_1970(year, m / 31, m % 31 + 1) + 13;
}

// How many days later a fixed date is kept that falls on `weekday`.
int64_t moved_by(char move, int weekday) {
  const bool saturday = weekday == kSaturday, sunday = weekday == kSunday;
  switch (move) {
    case 'w':
      return saturday ? 2 : sunday ? 1 : 0;
    case 's':
      return sunday ? 1 : 0;
    case 'n':
      return saturday ? -1 : sunday ? 1 : 0;
    case 'b':
      return saturday || sunday ? 2 : 0;
    default:
      return 0;
  }
}

// "1225", "1225w"; nothing in years that lack the day.
std::optional<int64_t> fixed_date(std::string_view rule, int64_t year) {
  constexpr size_t kDigits = 4;
  const int64_t month = whole_number(rule.substr(0, 2)), day = whole_number(rule.substr(2, 2));
  if (month == 2 && day == 29 && !chrono::year(static_cast<int>(year)).is_leap()) return {};
  const int64_t date = days_since_1970(year, month, day);
  const chrono::weekday weekday{chrono::sys_days{chrono::days{date}}};
  return date + moved_by(rule.size() > kDigits ? rule[kDigits] : ' ',
                         static_cast<int>(weekday.iso_encoding()));
}

// "1.3.1": month, place and weekday; nothing in months that have no fifth one.
std::optional<int64_t> on_weekday(std::string_view rule, int64_t year) {
  const auto month = static_cast<unsigned>(whole_number(take_until(rule, '.')));
  const auto place = static_cast<unsigned>(whole_number(take_until(rule, '.')));
  const chrono::weekday weekday(static_cast<unsigned>(whole_number(rule)));
  const auto in_month = chrono::year(static_cast<int>(year)) / chrono::month(month);
  if (place == 0) {
    return chrono::sys_days(in_month / weekday[chrono::last]).time_since_epoch().count();
  }
  const auto date = in_month / weekday[place];
  if (!date.ok()) return {};
  return chrono::sys_days(date).time_since_epoch().count();
}

std::optional<int64_t> day_in_year(std::string_view rule, int64_t year) {
  switch (rule.empty() ? ' ' : rule.front()) {
    case 'e':
      return western_easter(year) + whole_number(rule.substr(1));
    case 'o':
      return orthodox_easter(year) + whole_number(rule.substr(1));
    case 'm':
      return on_weekday(rule.substr(1), year);
    default:
      return fixed_date(rule, year);
  }
}

std::vector<int64_t> days_listed(std::string_view differences) {
  std::vector<int64_t> days;
  int64_t day = 0;
  while (!differences.empty()) {
    auto run = take_until(differences, ',');
    day += whole_number(take_until(run, '*'));
    days.push_back(day);
    const int64_t length = run.empty() ? 1 : whole_number(run);
    for (int64_t i = 1; i < length; ++i) days.push_back(++day);
  }
  return days;
}

// The holidays that stand below a code.
struct HolidayLines {
  std::string_view heading;
  std::vector<std::string_view> names;  // each with its rules behind a tab
};

// The table in its lines.
class HolidayTable {
 public:
  explicit HolidayTable(std::string_view text) {
    auto source = take_until(text, '\n');
    last_year_ = whole_number(source.substr(source.rfind(' ') + 1));
    source = source.substr(0, source.rfind(' '));
    first_year_ = whole_number(source.substr(source.rfind(' ') + 1));
    package_ = source.substr(0, source.rfind(' '));
    while (!text.empty()) {
      const auto line = take_until(text, '\n');
      if (line.starts_with("= ")) {
        lists_.push_back(line.substr(2));
      } else if (line.starts_with(' ')) {
        places_.back().names.push_back(line.substr(1));
      } else {
        places_.push_back({.heading = line, .names = {}});
      }
    }
  }

  HolidaySource source() const { return {std::string(package_), first_year_, last_year_}; }
  const std::vector<HolidayLines>& places() const { return places_; }

  const HolidayLines* find(std::string_view code) const {
    const auto found = std::ranges::find(places_, code, [](const HolidayLines& place) {
      return place.heading.substr(0, place.heading.find(' '));
    });
    return found == places_.end() ? nullptr : &*found;
  }

  // The days that the rules of one line give, a blank between two.
  std::vector<int64_t> days(std::string_view rules) const {
    std::vector<int64_t> all;
    while (!rules.empty()) {
      const auto some = days_by(take_until(rules, ' '));
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }

 private:
  std::vector<int64_t> days_by(std::string_view rule) const {
    if (rule.starts_with('+')) return days_listed(rule.substr(1));
    if (rule.starts_with('=')) {
      return days_listed(lists_.at(static_cast<size_t>(whole_number(rule.substr(1)))));
    }
    auto years = rule;
    const auto token = take_until(years, '/');
    const auto begin = take_until(years, '-');
    std::vector<int64_t> days;
    const int64_t last = years.empty() ? last_year_ : whole_number(years);
    for (int64_t year = begin.empty() ? first_year_ : whole_number(begin); year <= last; ++year) {
      if (const auto day = day_in_year(token, year)) days.push_back(*day);
    }
    return days;
  }

  std::string_view package_;
  int64_t first_year_ = 0, last_year_ = 0;
  std::vector<std::string_view> lists_;
  std::vector<HolidayLines> places_;
};

const HolidayTable& holiday_table() {
  static const HolidayTable table(kHolidayTable);
  return table;
}

}  // namespace

HolidaySource holiday_source() { return holiday_table().source(); }

std::vector<HolidayPlace> holiday_places() {
  std::vector<HolidayPlace> places;
  for (const auto& place : holiday_table().places()) {
    auto name = place.heading;
    const auto code = take_until(name, ' ');
    places.push_back({std::string(code), name.empty() ? places.back().country : std::string(name)});
  }
  return places;
}

std::optional<PublicHolidays> public_holidays(std::string_view code) {
  const auto& table = holiday_table();
  const auto* own = table.find(code);
  if (own == nullptr) return {};
  std::vector<std::pair<std::string_view, std::string_view>> named;  // names and their rules
  const auto add = [&](const HolidayLines& place) {
    for (std::string_view rules : place.names) {
      const auto name = take_until(rules, '\t');
      if (std::ranges::find(named, name, [](const auto& one) { return one.first; }) ==
          named.end()) {
        named.emplace_back(name, rules);
      }
    }
  };
  add(*own);
  const size_t dash = code.find('-');
  if (dash != std::string_view::npos) add(*table.find(code.substr(0, dash)));
  PublicHolidays holidays;
  std::map<int64_t, int64_t> which;  // a day that has two names is the first one's
  for (const auto& [name, rules] : named) {
    const auto days = table.days(rules);
    if (days.empty()) continue;
    for (const int64_t day : days) which.emplace(day, std::ssize(holidays.names));
    holidays.names.emplace_back(name);
  }
  for (const auto& [day, name] : which) {
    holidays.days.push_back(day);
    holidays.which.push_back(name);
  }
  return holidays;
}

int64_t day_of(int64_t time) {
  return chrono::floor<chrono::days>(
             chrono::sys_time<chrono::microseconds>(chrono::microseconds(time)))
      .time_since_epoch()
      .count();
}

}  // namespace mnemo
