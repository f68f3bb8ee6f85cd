#include "datasets/table_times.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_set>
#include <utility>

#include "common/characters.h"
#include "common/lower_case.h"
#include "common/white_space.h"

namespace mnemo {
namespace {

enum class TimeRole { none, year, month, day, hour, minute, second, quarter, week };

struct RoleName {
  std::string_view name;
  TimeRole role;
};

constexpr std::array kRoleNames = {
    RoleName{"year", TimeRole::year},   RoleName{"yr", TimeRole::year},
    RoleName{"yyyy", TimeRole::year},   RoleName{"jahr", TimeRole::year},
    RoleName{"month", TimeRole::month}, RoleName{"mon", TimeRole::month},
    RoleName{"mo", TimeRole::month},    RoleName{"mm", TimeRole::month},
    RoleName{"monat", TimeRole::month}, RoleName{"day", TimeRole::day},
    RoleName{"dd", TimeRole::day},      RoleName{"tag", TimeRole::day},
    RoleName{"dom", TimeRole::day},     RoleName{"hour", TimeRole::hour},
    RoleName{"hr", TimeRole::hour},     RoleName{"hh", TimeRole::hour},
    RoleName{"stunde", TimeRole::hour}, RoleName{"minute", TimeRole::minute},
    RoleName{"min", TimeRole::minute},  RoleName{"second", TimeRole::second},
    RoleName{"sec", TimeRole::second},  RoleName{"quarter", TimeRole::quarter},
    RoleName{"qtr", TimeRole::quarter}, RoleName{"week", TimeRole::week},
};

constexpr std::array<std::string_view, 20> kTimeWords{
    "date",    "time",    "timestamp", "datetime", "ds",   "year",  "month",
    "week",    "quarter", "period",    "epoch",    "unix", "datum", "zeit",
    "uhrzeit", "jahr",    "fecha",     "hour",     "day",  "ts"};

TimeRole role_of(std::string_view name) {
  const std::string lower = lower_case(trimmed(name));
  const auto found = std::ranges::find(kRoleNames, lower, &RoleName::name);
  return found == kRoleNames.end() ? TimeRole::none : found->role;
}

// The cells of the columns of each row, with line breaks between.
std::vector<std::string> joined(std::span<const TimeCells* const> columns) {
  std::vector<std::string> rows(columns[0]->cells.size());
  for (size_t row = 0; row < rows.size(); ++row) {
    for (const TimeCells* column : columns) {
      if (!rows[row].empty()) rows[row] += '\n';
      rows[row] += trimmed(column->cells[row]);
    }
  }
  return rows;
}

std::vector<size_t> numbers_of(std::span<const TimeCells* const> columns) {
  std::vector<size_t> numbers;
  for (const TimeCells* column : columns) numbers.push_back(column->column);
  return numbers;
}

// Every time once within its series.
bool are_unique(std::span<const int64_t> times, std::span<const int64_t> series) {
  std::set<std::pair<int64_t, int64_t>> seen;
  for (size_t i = 0; i < times.size(); ++i) {
    if (!seen.emplace(series.empty() ? 0 : series[i], times[i]).second) return false;
  }
  return true;
}

// Ascending or descending within each series.
bool are_monotonous(std::span<const int64_t> times, std::span<const int64_t> series) {
  std::map<int64_t, int64_t> last;
  bool ascending = true, descending = true;
  for (size_t i = 0; i < times.size(); ++i) {
    const auto [before, is_first] = last.try_emplace(series.empty() ? 0 : series[i], times[i]);
    if (is_first) continue;
    ascending = ascending && times[i] > before->second;
    descending = descending && times[i] < before->second;
    before->second = times[i];
  }
  return ascending || descending;
}

// The patterns with which a role's column may be written.
std::vector<std::string> patterns_of(TimeRole role, bool is_word) {
  switch (role) {
    case TimeRole::year:
      return {"%Y", "%y"};
    case TimeRole::month:
      if (is_word) return {"%b", "%B", "%^b", "%_b"};
      return {"%m", "%-m"};
    case TimeRole::day:
      return {"%d", "%-d"};
    case TimeRole::hour:
      if (is_word) return {"%H:%M", "%H:%M:%S"};
      return {"%H", "%-H", "%h", "%-h"};
    case TimeRole::minute:
      return {"%M", "%-M"};
    case TimeRole::second:
      return {"%S", "%-S"};
    case TimeRole::quarter:
      return {"%q", "Q%q"};
    case TimeRole::week:
      return {"%V", "%-V"};
    case TimeRole::none:
      break;
  }
  return {};
}

// The first of the role's patterns that reads all cells by themselves; empty: none does.
std::string pattern_of(const TimeCells& column, TimeRole role) {
  const bool is_word = !column.cells.empty() &&
                       column.cells[0].find_first_not_of(" 0123456789") != std::string::npos;
  for (const std::string& text : patterns_of(role, is_word)) {
    const TimePattern pattern({text, ""});
    const auto reads = [&](const std::string& cell) { return pattern.read(cell).has_value(); };
    if (std::ranges::all_of(column.cells, reads)) return text;
  }
  return {};
}

// Year, and month, quarter or week, then day, hour, minute and second as far as there are any.
std::optional<TableTimes> times_by_role(std::span<const TimeCells> columns) {
  std::map<TimeRole, const TimeCells*> by_role;
  for (const TimeCells& column : columns) {
    const TimeRole role = role_of(column.name);
    if (role != TimeRole::none) by_role.try_emplace(role, &column);
  }
  const std::array<std::vector<TimeRole>, 3> orders = {
      std::vector{TimeRole::year, TimeRole::month, TimeRole::day, TimeRole::hour, TimeRole::minute,
                  TimeRole::second},
      std::vector{TimeRole::year, TimeRole::quarter}, std::vector{TimeRole::year, TimeRole::week}};
  for (const auto& order : orders) {
    std::vector<const TimeCells*> parts;
    std::string text;
    for (const TimeRole role : order) {
      const auto found = by_role.find(role);
      if (found == by_role.end()) break;
      std::string pattern = pattern_of(*found->second, role);
      if (pattern.empty()) break;
      if (role == TimeRole::year && order.back() == TimeRole::week) pattern = "%G";
      text += (text.empty() ? "" : "\n") + pattern;
      parts.push_back(found->second);
    }
    if (parts.size() < 2) continue;
    auto read = read_times_by(joined(parts), {text, ""});
    if (read) return TableTimes{.columns = numbers_of(parts), .read = std::move(*read)};
  }
  return std::nullopt;
}

bool is_date_alone(const TimeFormat& format) {
  const std::string& pattern = format.pattern;
  const auto has = [&](const char* part) { return pattern.find(part) != std::string::npos; };
  const bool has_day = has("%d") || has("%-d") || has("%j") || has("%u");
  return has_day && !has("H") && !has("h") && !has("I") && format.suffix.empty();
}

// A date that comes several times wants the time of day from a column beside it.
void add_clock(const TimeCells& date, std::span<const TimeCells> columns, const TimeFormat& known,
               std::span<const int64_t> series, TableTimes& times) {
  if (!is_date_alone(times.read.format) || are_unique(times.read.times, series)) return;
  for (const TimeCells& column : columns) {
    if (column.column == date.column || !find_clock_pattern(column.cells)) continue;
    const std::array parts = {&date, &column};
    auto read = read_times(joined(parts), known, series);
    if (!read) continue;
    times = {.columns = numbers_of(parts), .read = std::move(*read)};
    return;
  }
}

bool is_count(const TimeFormat& format) {
  return format.pattern.empty() || format.pattern.starts_with(kSecondsPattern);
}

bool are_even(std::span<const int64_t> times, std::span<const int64_t> series) {
  std::map<int64_t, int64_t> last;
  std::map<int64_t, int64_t> counts;
  int64_t steps = 0, most = 0;
  for (size_t i = 0; i < times.size(); ++i) {
    const auto [before, is_first] = last.try_emplace(series.empty() ? 0 : series[i], times[i]);
    if (is_first) continue;
    most = std::max(most, ++counts[times[i] - before->second]);
    before->second = times[i];
    ++steps;
  }
  return most * 10 >= steps * 9;
}

}  // namespace

bool names_times(std::string_view name) {
  if (role_of(name) != TimeRole::none) return true;
  const auto is_time_word = [](std::string_view word) {
    return std::ranges::find(kTimeWords, lower_case(word)) != kTimeWords.end();
  };
  // The words of "HourEnding" and of "obs_date".
  std::string word;
  for (const char c : name) {
    const bool begins = c >= 'A' && c <= 'Z' && !word.empty() && word.back() >= 'a';
    if ((begins || !is_letter(c)) && is_time_word(std::exchange(word, {}))) return true;
    if (is_letter(c)) word += c;
  }
  const std::string lower = lower_case(trimmed(name));
  return is_time_word(word) || lower.ends_with("date") || lower.ends_with("time");
}

std::optional<TableTimes> times_of_columns(std::span<const TimeCells> columns,
                                           const TimeFormat& known,
                                           std::span<const int64_t> series) {
  if (columns.size() == 1) {
    auto read = read_times(columns[0].cells, known, series);
    if (!read) return std::nullopt;
    return TableTimes{.columns = {columns[0].column}, .read = std::move(*read)};
  }
  std::vector<const TimeCells*> parts;
  for (const TimeCells& column : columns) parts.push_back(&column);
  auto read = read_times(joined(parts), known, series);
  if (read) return TableTimes{.columns = numbers_of(parts), .read = std::move(*read)};
  return times_by_role(columns);
}

std::optional<TableTimes> find_table_times(std::span<const TimeCells> columns,
                                           const TimeFormat& known,
                                           std::span<const int64_t> series) {
  for (const TimeCells& column : columns) {
    if (column.is_number || !column.begins_as_time) continue;
    auto times = times_of_columns({&column, 1}, known, series);
    if (!times) continue;
    add_clock(column, columns, known, series, *times);
    return times;
  }
  if (auto times = times_by_role(columns); times && are_unique(times->read.times, series)) {
    times->guessed = true;
    return times;
  }
  for (const TimeCells& column : columns) {
    if (!column.is_number) continue;
    auto times = times_of_columns({&column, 1}, known, series);
    if (!times) continue;
    add_clock(column, columns, known, series, *times);
    times->guessed = true;
    const auto& [format, own, alternative] = times->read;
    if (!are_monotonous(own, series)) continue;
    if (is_count(format) && (own.size() < 3 || !are_even(own, series))) continue;
    return times;
  }
  return std::nullopt;
}

}  // namespace mnemo
