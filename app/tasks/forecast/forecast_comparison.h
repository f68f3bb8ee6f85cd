// Forecasts beside what came, and beside what the naive forecasts would have said.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "app/metrics/forecast_metrics.h"
#include "app/tasks/forecast/forecast_predictor.h"
#include "app/tasks/forecast/forecast_rows.h"
#include "app/tasks/forecast/forecast_settings.h"
#include "datasets/number_table.h"

namespace mnemo {

// Counts window by window; `settings`, `rows` and `table` outlive it. Of several series each is
// measured by its own scale and seasonal error, those of its training rows; of a series that the
// model was not trained on, those of the rows before its first forecast.
class ForecastComparison {
 public:
  ForecastComparison(const ForecastSettings& settings, const ForecastRows& rows,
                     const NumberTable& table);

  // The `index`-th of `forecasts`, whose first forecast row is `origin`, of the series that begins
  // in row `series_begin`. The windows of one series come one after the other.
  void add(const Forecasts& forecasts, int64_t index, int64_t origin, int64_t series_begin);

  // The metrics of all windows so far; `part` is left to the caller.
  ForecastMetrics metrics() const;

 private:
  struct Counters {
    ForecastErrorCounter model, naive, seasonal;

    static Counters of(const ForecastErrorCounter& counter) { return {counter, counter, counter}; }
  };

  double value(int64_t row, int64_t target) const;
  void begin_series(int64_t origin, int64_t series_begin);
  TargetScale own_scale(const std::string& series, int64_t target, int64_t begin,
                        int64_t origin) const;
  void count_intervals(const double* forecast, double actual, double scale);
  void count_pinball(const double* forecast, double last, double seasonal, double actual,
                     int64_t step, int64_t target, double scale);
  void finish_series();
  void summarize_series(ForecastMetrics& metrics) const;

  const ForecastSettings& settings_;
  const ForecastRows& rows_;
  const NumberTable& table_;
  bool has_many_;                                         // series
  std::unordered_map<std::string, size_t> known_series_;  // of the training
  Counters all_, series_;                                 // the latter of the current one
  std::vector<TargetScale> own_;                          // of the current series, each target
  int64_t series_begin_ = -1;
  double least_scale_ = 0.0, largest_scale_ = 0.0;  // of the series so far
  std::vector<SeriesErrors> by_series_;
  struct Interval {
    int64_t inside = 0;
    double width = 0.0, scaled_width = 0.0;
  };
  std::vector<Interval> intervals_;
  int64_t values_ = 0, windows_ = 0;
};

}  // namespace mnemo
