// Exponential smoothing: level, trend and season that follow a series (Holt 1957, Winters 1960;
// Hyndman and Athanasopoulos, Forecasting: Principles and Practice, chapter 8).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "app/classics/seasonal_decomposition.h"

namespace mnemo {

enum class SmoothedTrend { none, additive, damped };

struct SmoothingForm {
  SmoothedTrend trend = SmoothedTrend::none;
  SeasonForm season = SeasonForm::none;

  bool operator==(const SmoothingForm&) const = default;
};

// The value y, level l, trend b and season s of a row, m rows a season, follow
//   l(t) = level (y(t) - s(t-m)) + (1 - level) (l(t-1) + damping b(t-1))
//   b(t) = trend (l(t) - l(t-1)) + (1 - trend) damping b(t-1)
//   s(t) = season (y(t) - l(t-1) - damping b(t-1)) + (1 - season) s(t-m)
// and with a multiplicative season quotients in the place of differences with s or for it.
struct SmoothingWeights {
  double level = 0.0, trend = 0.0, season = 0.0, damping = 1.0;
};

struct SmoothingStates {
  double level = 0.0, trend = 0.0;
  std::vector<double> season = {};  // of the next row first
};

// The states before the first row (Hyndman et al. 2008, section 2.6.1): the season by the centred
// moving average of the first five seasons, level and trend by the line through the first rows
// without the season, ten of them or two seasons. At least two seasons of values for a season.
SmoothingStates first_states(std::span<const double> values, const SmoothingForm& form,
                             int64_t season);

// Moves `states` over `values`, and returns the sum of the squared errors of forecasts one row
// ahead.
double smooth(std::span<const double> values, const SmoothingForm& form,
              const SmoothingWeights& weights, SmoothingStates& states);

struct SmoothingFit {
  SmoothingForm form = {};
  SmoothingWeights weights = {};
  SmoothingStates states = {};  // behind the last row
  double squared_error = 0.0;
  double aicc = 0.0;
};

// The weights of least squared error: `level` and `trend` from 0.0001 to 0.9999, `season` up to
// 1 - `level`, `damping` from 0.8 to 0.98.
SmoothingFit fit_smoothing(std::span<const double> values, const SmoothingForm& form,
                           int64_t season);

// Fits each of the nine forms that the series is long enough for, a multiplicative season only
// where all values are above 0, and takes the one of least AICc, n log(squared error / n) + 2 p n /
// (n - p - 1), p the number of weights, states and one variance. At least one value.
SmoothingFit choose_smoothing(std::span<const double> values, int64_t season);

// Fills `forecast` with what comes after the rows fitted.
void forecast_by_smoothing(const SmoothingFit& fit, std::span<double> forecast);

}  // namespace mnemo
