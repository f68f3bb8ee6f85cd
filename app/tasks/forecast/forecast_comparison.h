// Forecasts beside what came, and beside what forecasts by formula would have said.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "app/classics/classic_forecasts.h"
#include "app/metrics/forecast_metrics.h"
#include "app/tasks/forecast/forecast_predictor.h"
#include "app/tasks/forecast/forecast_rows.h"
#include "app/tasks/forecast/forecast_settings.h"
#include "datasets/number_table.h"

namespace mnemo {

// The naive forecast, that of the last season, and M4's Naive2, which OWA is measured by.
std::vector<Classic> usual_classics(const ForecastSettings& settings);

// These, seasonal naive forecasts of each season that the rows' step suggests, drift, Theta and
// exponential smoothing.
std::vector<Classic> all_classics(const ForecastSettings& settings);

// Counts window by window; `settings`, `rows` and `table` outlive it. Of several series each is
// measured by its own scale and seasonal error, those of its training rows; of a series that the
// model was not trained on, those of the rows before its first forecast. Forecasts by formula are
// made of all rows of the series before each origin. Windows of a series come in the order of time.
class ForecastComparison {
 public:
  ForecastComparison(const ForecastSettings& settings, const ForecastRows& rows,
                     const NumberTable& table);
  ForecastComparison(const ForecastSettings& settings, const ForecastRows& rows,
                     const NumberTable& table, const std::vector<Classic>& classics);

  // The `index`-th of `forecasts`, whose first forecast row is `origin`, of the series that begins
  // in row `series_begin`. The windows of one series come one after the other.
  void add(const Forecasts& forecasts, int64_t index, int64_t origin, int64_t series_begin);

  // The metrics of all windows so far; `part` is left to the caller.
  ForecastMetrics metrics() const;

 private:
  struct Counters {
    ForecastErrorCounter model;
    std::vector<ForecastErrorCounter> references;
  };
  struct Place {
    int64_t step, target;
  };

  double value(int64_t row, int64_t target) const;
  Counters counters_of(const std::vector<TargetScale>& targets, int64_t horizon) const;
  void begin_series(int64_t origin, int64_t series_begin);
  void begin_measuring(int64_t origin, int64_t series_begin);
  void forecast_by_formula(int64_t origin, int64_t series_begin);
  double reference(size_t which, const Place& place) const;
  void count(const Place& place, double forecast, double actual);
  TargetScale own_scale(const std::string& series, int64_t target, int64_t begin,
                        int64_t origin) const;
  void count_intervals(const double* forecast, double actual, double scale);
  void count_pinball(const double* forecast, double actual, const Place& place);
  void finish_series();
  ForecastErrors weighed(
      const std::function<ForecastErrors(const ForecastErrorCounter&)>& errors_of) const;
  SeriesErrors finished(SeriesErrors series) const;
  void summarize_series(ForecastMetrics& metrics) const;

  const ForecastSettings& settings_;
  const ForecastRows& rows_;
  const NumberTable& table_;
  std::vector<Classic> classics_;
  std::vector<Reference> references_;
  std::vector<ClassicForecasts> by_formula_;              // of the current series, each target
  std::vector<std::vector<double>> formula_says_;         // of each target: (references, horizon)
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
