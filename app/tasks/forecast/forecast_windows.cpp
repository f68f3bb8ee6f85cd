#include "app/tasks/forecast/forecast_windows.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/tasks/forecast/refits.h"
#include "mnemo/error.h"

namespace mnemo {

NextWindows next_windows(const NumberTable& table, int64_t lookback, const std::string& file,
                         const Warn& warn) {
  NextWindows windows;
  for (const auto& series : table.series) {
    if (series.rows() < lookback) continue;
    windows.series.push_back(series);
    windows.origins.push_back(series.end);
  }
  if (windows.series.empty()) {
    throw Error(fmt::format(
        "{}: it has {} rows{}, and the model looks back over {}; give it at "
        "least so many",
        file, table.rows(), table.series.size() > 1 ? ", of all series together" : "", lookback));
  }
  if (windows.series.size() < table.series.size()) {
    warn(fmt::format(
        "{}: {} of {} series have fewer rows than the model looks back over, {}; "
        "they are left out",
        file, table.series.size() - windows.series.size(), table.series.size(), lookback));
  }
  return windows;
}

namespace {

// The places of those windows of one series, [begin, end), that are `stride` rows apart.
std::vector<size_t> places_apart(const PartWindows& windows, size_t begin, size_t end,
                                 int64_t stride, int64_t last) {
  std::vector<size_t> places;
  const auto& origins = windows.origins;
  if (last == 0) {
    for (size_t i = begin; i < end; ++i) {
      if (places.empty() || origins[i] >= origins[places.back()] + stride) places.push_back(i);
    }
    return places;
  }
  for (size_t i = end; i > begin && std::ssize(places) < last; --i) {
    if (places.empty() || origins[i - 1] <= origins[places.back()] - stride) {
      places.push_back(i - 1);
    }
  }
  std::ranges::reverse(places);
  return places;
}

}  // namespace

PartWindows strided(const PartWindows& windows, int64_t stride, int64_t last) {
  PartWindows chosen{.part = windows.part, .origins = {}, .series_begins = {}};
  size_t begin = 0;
  while (begin < windows.origins.size()) {
    size_t end = begin;
    while (end < windows.origins.size() &&
           windows.series_begins[end] == windows.series_begins[begin]) {
      ++end;
    }
    for (const size_t place : places_apart(windows, begin, end, stride, last)) {
      chosen.origins.push_back(windows.origins[place]);
      chosen.series_begins.push_back(windows.series_begins[place]);
    }
    begin = end;
  }
  return chosen;
}

PartWindows rolling_windows(const NumberTable& table, const ForecastSettings& settings,
                            const RollingOptions& options, const TrainedRows& trained,
                            const std::string& file, const Warn& warn) {
  const auto windows = windows_of_part(table, settings, options.part, trained, file, warn);
  auto chosen = strided(windows, options.stride == 0 ? settings.model.horizon : options.stride,
                        options.windows);
  return options.refit ? windows_to_refit(settings, table, chosen, warn) : chosen;
}

int64_t when(const NumberTable& table, const TimeStep& trained, const TableSeries& series,
             int64_t row) {
  if (row < series.end) return table.times[static_cast<size_t>(row)];
  const int64_t last = table.times[static_cast<size_t>(series.end - 1)];
  // A table of one row shows no step.
  const auto& step = table.step == TimeStep{} ? trained : table.step;
  return advance(last, step, row - series.end + 1);
}

std::string time_of_row(const NumberTable& table, const TimeStep& trained,
                        const TableSeries& series, int64_t row) {
  return format_time(when(table, trained, series, row), table.time_format);
}

}  // namespace mnemo
