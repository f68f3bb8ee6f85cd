#include "app/tasks/forecast/backtest.h"

#include <algorithm>
#include <span>

#include "app/tasks/forecast/forecast_comparison.h"

namespace mnemo {

void roll(const ForecastPredictor& predictor, const NumberTable& table, const ForecastRows& rows,
          const PartWindows& windows, const HearForecast& hear,
          const std::function<void(int64_t)>& progress) {
  constexpr size_t kWindowsAtOnce = 128;  // as forecast_windows() computes at once
  const std::span<const int64_t> origins(windows.origins);
  for (size_t begin = 0; begin < origins.size(); begin += kWindowsAtOnce) {
    const auto some = origins.subspan(begin, std::min(kWindowsAtOnce, origins.size() - begin));
    const auto forecasts = forecast_windows(predictor, rows, some);
    for (size_t i = 0; i < some.size(); ++i) {
      const auto& series = table.series_at(windows.series_begins[begin + i]);
      hear({forecasts, static_cast<int64_t>(i), series, some[i]});
      if (progress) progress(static_cast<int64_t>(begin + i) + 1);
    }
  }
}

ForecastMetrics backtest(const ForecastPredictor& predictor, const NumberTable& table,
                         const PartWindows& windows, const std::vector<Classic>& classics,
                         const Refit& refit, const HearForecast& hear,
                         const std::function<void(int64_t)>& progress) {
  const auto rows = make_rows(table, predictor);
  ForecastComparison comparison(predictor.settings, rows, table, classics);
  const auto count = [&](const RolledForecast& one) {
    comparison.add(one.forecasts, one.index, one.origin, one.series.begin);
    if (hear) hear(one);
  };
  if (refit) {
    const auto forecasts = forecast_by_refits(predictor.settings, table, windows, refit, progress);
    for (size_t i = 0; i < windows.origins.size(); ++i) {
      const auto& series = table.series_at(windows.series_begins[i]);
      count({forecasts, static_cast<int64_t>(i), series, windows.origins[i]});
    }
  } else {
    roll(predictor, table, rows, windows, count, progress);
  }
  auto metrics = comparison.metrics();
  metrics.part = enum_name(windows.part);
  return metrics;
}

}  // namespace mnemo
