#include "datasets/times/time_stamps.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "common/white_space.h"
#include "datasets/times/time_forms.h"

namespace mnemo {
namespace {

bool has_zone(const std::string& pattern) {
  return pattern.ends_with("%z") || pattern.ends_with("%Z");
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
  }
}

// Candidates of one key read the same times where both do.
std::string key_of(const TimeFormat& format) {
  std::string key = format.pattern;
  replace_all(key, "%-", "%");
  replace_all(key, "%h", "%H");
  for (const char* digits : {"", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}) {
    for (const char* point : {".%", ",%", "%"}) {
      replace_all(key, std::string(point) + digits + "f", "");
      replace_all(key, std::string(point) + digits + "F", "");
    }
  }
  return key;
}

// How even the steps of times are.
struct Evenness {
  int64_t even = 0;
  int64_t ascending = 0;

  auto operator<=>(const Evenness&) const = default;
};

Evenness evenness_of(std::span<const int64_t> times, std::span<const int64_t> series) {
  std::map<int64_t, std::vector<int64_t>> by_series;
  for (size_t i = 0; i < times.size(); ++i) {
    by_series[series.empty() ? 0 : series[i]].push_back(times[i]);
  }
  Evenness evenness;
  for (auto& [number, own] : by_series) {
    if (own.size() < 2) continue;
    const bool newest_first = own.front() > own.back();
    for (size_t i = 1; i < own.size(); ++i) {
      evenness.ascending += (own[i] > own[i - 1]) != newest_first ? 1 : 0;
    }
    std::ranges::sort(own);
    const TimeStep step = common_step(own);
    if (step == TimeStep{}) continue;
    for (size_t i = 1; i < own.size(); ++i) {
      evenness.even += is_one_step(own[i - 1], own[i], step) ? 1 : 0;
    }
  }
  return evenness;
}

// Finds from when on the rows have which offset.
std::vector<ZoneChange> zones_of(std::span<const std::string> cells, const TimePattern& pattern,
                                 std::span<const int64_t> times) {
  // The rows on either side of each change tell when it was, in whichever order they stand.
  std::map<int64_t, std::string> beside;
  std::string before;
  for (size_t i = 0; i < cells.size(); ++i) {
    std::string zone(pattern.zone_of(cells[i]));
    if (zone == before) continue;
    if (i > 0) beside.emplace(times[i - 1], before);
    beside.emplace(times[i], zone);
    before = std::move(zone);
  }
  std::vector<ZoneChange> changes;
  for (const auto& [time, zone] : beside) {
    if (changes.empty() || changes.back().text != zone) changes.push_back({time, zone});
  }
  return changes;
}

}  // namespace

std::optional<ReadTimes> read_times_by(std::span<const std::string> cells,
                                       const TimeFormat& format) {
  const TimePattern pattern(format);
  ReadTimes read{.format = format, .times = {}};
  read.times.reserve(cells.size());
  for (const std::string& cell : cells) {
    const auto time = pattern.read(cell);
    if (!time) return std::nullopt;
    read.times.push_back(*time);
  }
  if (has_zone(format.pattern)) read.format.zones = zones_of(cells, pattern, read.times);
  return read;
}

std::optional<ReadTimes> read_times(std::span<const std::string> cells, const TimeFormat& known,
                                    std::span<const int64_t> series) {
  if (cells.empty()) return std::nullopt;
  if (!known.pattern.empty()) {
    if (auto read = read_times_by(cells, known)) return read;
  }
  std::optional<ReadTimes> best;
  std::optional<Evenness> evenness;  // of the best, where it has rivals
  DateFamily family = DateFamily::none;
  std::set<std::string> keys;
  for (const TimeCandidate& candidate : time_candidates(cells[0])) {
    const std::string key = key_of(candidate.format);
    if (best) {
      const bool zones = has_zone(best->format.pattern);
      const bool same_family = candidate.family == family && family != DateFamily::none;
      if (zones != has_zone(key) || (!zones && !same_family) || keys.contains(key)) continue;
    }
    auto read = read_times_by(cells, candidate.format);
    if (!read) continue;
    keys.insert(key);
    if (!best) {
      family = candidate.family;
      best = std::move(read);
      continue;
    }
    if (!evenness) evenness = evenness_of(best->times, series);
    const Evenness rival = evenness_of(read->times, series);
    if (rival == *evenness && best->alternative.empty() && !has_zone(key)) {
      best->alternative = read->format.pattern;
    }
    if (rival <= *evenness) continue;
    evenness = rival;
    best = std::move(read);
  }
  return best;
}

std::optional<TimeFormat> find_time_format(std::span<const std::string> cells) {
  auto read = read_times(cells);
  if (!read) return std::nullopt;
  return std::move(read->format);
}

std::optional<std::string> find_clock_pattern(std::span<const std::string> cells) {
  if (cells.empty()) return std::nullopt;
  for (const ClockForm& form : clock_forms()) {
    for (const char* fraction : {"", "%f"}) {
      const bool has_seconds = form.text.ends_with("%S");
      if (*fraction != 0 && !has_seconds) continue;
      const TimePattern pattern({form.text + fraction, ""});
      const auto reads = [&](const std::string& cell) { return pattern.read(cell).has_value(); };
      if (std::ranges::all_of(cells, reads)) return form.text + fraction;
    }
  }
  return std::nullopt;
}

std::optional<int64_t> parse_time(std::string_view text, const TimeFormat& format) {
  return TimePattern(format).read(text);
}

std::string format_time(int64_t time, const TimeFormat& format) {
  return TimePattern(format).write(time);
}

std::vector<std::string> time_cells(int64_t time, const TimeFormat& format) {
  return TimePattern(format).write_cells(time);
}

}  // namespace mnemo
