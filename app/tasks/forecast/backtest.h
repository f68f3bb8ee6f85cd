// Forecasts over rows whose future is known. `mnemo evaluate`, `mnemo predict --rolling`,
// `mnemo backtest`, reports and the library all roll by this.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "app/classics/classic_forecasts.h"
#include "app/metrics/forecast_metrics.h"
#include "app/tasks/forecast/forecast_parts.h"
#include "app/tasks/forecast/forecast_predictor.h"
#include "app/tasks/forecast/refits.h"
#include "datasets/number_table.h"

namespace mnemo {

// One window's forecast: the `index`-th of `forecasts`, which begins at row `origin` of `series`.
struct RolledForecast {
  const Forecasts& forecasts;
  int64_t index;
  const TableSeries& series;
  int64_t origin;
};

using HearForecast = std::function<void(const RolledForecast&)>;

// Forecasts each window in turn, of rows in the scorer's units; some of them are in memory at once.
// `progress` (may be empty) hears how many `hear` is done with.
void roll(const ForecastPredictor& predictor, const NumberTable& table, const ForecastRows& rows,
          const PartWindows& windows, const HearForecast& hear,
          const std::function<void(int64_t)>& progress = {});

// Figures of the model over those windows, and of `classics` beside it. With `refit` each window is
// forecast by a model that was trained on what stands before it. `hear` (may be empty) hears the
// forecasts.
ForecastMetrics backtest(const ForecastPredictor& predictor, const NumberTable& table,
                         const PartWindows& windows, const std::vector<Classic>& classics,
                         const Refit& refit = {}, const HearForecast& hear = {},
                         const std::function<void(int64_t)>& progress = {});

}  // namespace mnemo
