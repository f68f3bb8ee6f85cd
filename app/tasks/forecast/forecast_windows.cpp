#include "app/tasks/forecast/forecast_windows.h"

#include <fmt/format.h>

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

std::vector<int64_t> strided(const PartWindows& windows, int64_t stride) {
  std::vector<int64_t> origins;
  int64_t series = -1, next = 0;
  for (size_t i = 0; i < windows.origins.size(); ++i) {
    if (windows.series_begins[i] != series) {
      series = windows.series_begins[i];
      next = 0;
    }
    if (windows.origins[i] < next) continue;
    origins.push_back(windows.origins[i]);
    next = windows.origins[i] + stride;
  }
  return origins;
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
