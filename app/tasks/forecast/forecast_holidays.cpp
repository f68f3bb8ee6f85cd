#include "app/tasks/forecast/forecast_holidays.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>

#include "common/lower_case.h"
#include "datasets/message_text.h"
#include "datasets/public_holidays.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr const char* kNoHoliday = "none";

struct HolidayRange {
  size_t begin = 0, end = 0;  // of HolidayColumns::days
};

// The holidays of a row: of its own day, or of all days until the next row.
HolidayRange holidays_of_row(int64_t time, const TimeStep& step, const HolidayColumns& columns) {
  const bool lasts_days = step.months > 0 || step.seconds > kDaySeconds;
  const int64_t first = day_of(time);
  const int64_t last = lasts_days ? day_of(advance(time, step, 1) - 1) : first;
  const auto& days = columns.days;
  const auto begin = std::ranges::lower_bound(days, first);
  const auto end = std::ranges::upper_bound(begin, days.end(), last);
  return {.begin = static_cast<size_t>(begin - days.begin()),
          .end = static_cast<size_t>(end - days.begin())};
}

// "AU" of "Australia", however it is written.
std::optional<std::string> code_of_country(const std::string& name) {
  for (const auto& place : holiday_places()) {
    if (lower_case(place.country) == lower_case(name) || lower_case(place.code) == lower_case(name))
      return place.code;
  }
  return std::nullopt;
}

void require_place(const std::string& place) {
  std::vector<std::string> codes;
  for (const auto& known : holiday_places()) {
    if (known.code == place) return;
    codes.push_back(known.code);
  }
  const auto named = code_of_country(place);
  const auto near =
      named ? fmt::format("did you mean {}?", in_quotes(*named)) : suggestion(place, codes);
  throw SettingError("holidays", fmt::format(": there is no table of {}", in_quotes(place)),
                     near.empty() ? "take the code of a country, as AU, or of a part of one, as "
                                    "AU-VIC: `mnemo formats holidays` lists them"
                                  : near + " `mnemo formats holidays` lists all places");
}

int64_t first_day_of(int64_t year) {
  const auto date = std::chrono::year(static_cast<int>(year)) / 1 / 1;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

// Gives each holiday the number of its word; those whose name no row to learn from has share one.
void number_names(const PublicHolidays& holidays, const std::vector<bool>& is_learnt,
                  HolidayColumns& columns) {
  std::unordered_map<int64_t, int64_t> numbers;  // by the place of the name
  for (size_t i = 0; i < is_learnt.size(); ++i) {
    if (!is_learnt[i]) continue;
    const int64_t name = holidays.which[i];
    if (!numbers.emplace(name, std::ssize(columns.words)).second) continue;
    columns.words.push_back(holidays.names[static_cast<size_t>(name)]);
  }
  for (const int64_t name : holidays.which) {
    const auto found = numbers.find(name);
    columns.numbers.push_back(found == numbers.end() ? std::ssize(columns.words) : found->second);
  }
}

}  // namespace

void to_json(nlohmann::json& json, const HolidayColumns& columns) {
  json = {{"place", columns.place},      {"source", columns.source},
          {"words", columns.words},      {"days", columns.days},
          {"numbers", columns.numbers},  {"first_day", columns.first_day},
          {"last_day", columns.last_day}};
}

void from_json(const nlohmann::json& json, HolidayColumns& columns) {
  json.at("place").get_to(columns.place);
  json.at("source").get_to(columns.source);
  json.at("words").get_to(columns.words);
  json.at("days").get_to(columns.days);
  json.at("numbers").get_to(columns.numbers);
  json.at("first_day").get_to(columns.first_day);
  json.at("last_day").get_to(columns.last_day);
  const auto is_number = [&](int64_t number) {
    return number >= 1 && number <= std::ssize(columns.words);
  };
  if (columns.words.empty() || columns.numbers.size() != columns.days.size() ||
      !std::ranges::all_of(columns.numbers, is_number) || !std::ranges::is_sorted(columns.days)) {
    throw Error("\"holidays\" has days without a word, or out of order");
  }
}

void require_places(std::span<const std::string> places) {
  for (size_t i = 0; i < places.size(); ++i) {
    require_place(places[i]);
    if (std::ranges::find(places.first(i), places[i]) == places.begin() + i) continue;
    throw SettingError("holidays", fmt::format("names {} twice", places[i]), "name it once");
  }
}

std::vector<HolidayColumns> holiday_columns(std::span<const std::string> places,
                                            const NumberTable& table,
                                            std::span<const SeriesParts> parts) {
  const auto source = holiday_source();
  std::vector<HolidayColumns> all;
  for (const auto& place : places) {
    require_place(place);
    const auto holidays = public_holidays(place).value();
    auto& columns =
        all.emplace_back(HolidayColumns{.place = place,
                                        .source = source.package,
                                        .words = {kNoHoliday},
                                        .days = holidays.days,
                                        .first_day = first_day_of(source.first_year),
                                        .last_day = first_day_of(source.last_year + 1) - 1});
    std::vector<bool> is_learnt(holidays.days.size(), false);
    for (const auto& part : parts) {
      for (int64_t row = part.train.begin; row < part.train.end; ++row) {
        const auto range =
            holidays_of_row(table.times[static_cast<size_t>(row)], table.step, columns);
        if (range.begin < range.end) is_learnt[range.begin] = true;
      }
    }
    number_names(holidays, is_learnt, columns);
  }
  return all;
}

std::vector<std::string> names_of(std::span<const HolidayColumns> columns) {
  std::vector<std::string> names;
  for (const auto& one : columns) {
    names.push_back("holiday " + one.place);
    names.push_back("holiday " + one.place + " name");
  }
  return names;
}

void append_holidays(int64_t time, const TimeStep& step, std::span<const HolidayColumns> columns,
                     std::vector<double>& row) {
  for (const auto& one : columns) {
    const auto [begin, end] = holidays_of_row(time, step, one);
    row.push_back(static_cast<double>(end - begin));
    row.push_back(begin == end ? 0.0 : static_cast<double>(one.numbers[begin]));
  }
}

void warn_of_years(const NumberTable& table, const TimeStep& step, int64_t horizon,
                   std::span<const HolidayColumns> columns, const std::string& file,
                   const Warn& warn) {
  if (columns.empty() || table.times.empty()) return;
  const int64_t first_day = columns.front().first_day, last_day = columns.front().last_day;
  int64_t outside = 0;
  const auto count = [&](int64_t time) {
    const int64_t day = day_of(time);
    if (day < first_day || day > last_day) ++outside;
  };
  std::ranges::for_each(table.times, count);
  for (const auto& series : table.series) {
    if (series.rows() == 0) continue;
    const int64_t last = table.times[static_cast<size_t>(series.end - 1)];
    for (int64_t i = 1; i <= horizon; ++i) count(advance(last, step, i));
  }
  if (outside == 0) return;
  const auto year_of = [](int64_t day) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
    return static_cast<int>(date.year());
  };
  warn(
      fmt::format("{}: {} before {} or after {}, the years whose holidays are known; "
                  "rows outside those years count as no holidays",
                  file, counted(outside, "row"), year_of(first_day), year_of(last_day)));
}

}  // namespace mnemo
