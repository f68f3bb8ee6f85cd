// Forecasts beside what came, and beside what the naive forecasts would have said.
#pragma once

#include <cstdint>
#include <vector>

#include "app/metrics/forecast_metrics.h"
#include "app/tasks/forecast/forecast_predictor.h"
#include "app/tasks/forecast/forecast_rows.h"
#include "app/tasks/forecast/forecast_settings.h"

namespace mnemo {

// Counts window by window; `settings` and `rows` outlive it.
class ForecastComparison {
 public:
  ForecastComparison(const ForecastSettings& settings, const ForecastRows& rows);

  // The `index`-th of `forecasts`, whose first forecast row is `origin`, of the series that begins
  // in row `series_begin`.
  void add(const Forecasts& forecasts, int64_t index, int64_t origin, int64_t series_begin);

  // The metrics of all windows so far; `part` is left to the caller.
  ForecastMetrics metrics() const;

 private:
  double value(int64_t row, int64_t target) const;
  void count_intervals(const double* forecast, double actual);

  const ForecastSettings& settings_;
  const ForecastRows& rows_;
  ForecastErrorCounter model_, naive_, seasonal_;
  std::vector<int64_t> inside_;  // of each interval: values that lie in it
  int64_t values_ = 0, windows_ = 0;
};

}  // namespace mnemo
