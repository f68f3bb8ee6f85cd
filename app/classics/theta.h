// The Theta method (Assimakopoulos and Nikolopoulos 2000) as the M4 competition's benchmark has it.
#pragma once

#include <span>

#include "app/classics/seasonal_decomposition.h"

namespace mnemo {

// Simple exponential smoothing whose weight and first level have the least squared error of
// forecasts one row ahead.
struct SmoothedLevel {
  double weight = 0.0;  // of the newest value
  double level = 0.0;   // behind the last one
};

SmoothedLevel smooth_level(std::span<const double> values);

// Fills `forecast` with what comes after `history`, at least one value: the mean of the straight
// line through the history without its season, and of the smoothed level of twice the history less
// that line; `indices` are the season's.
void forecast_by_theta(std::span<const double> history, const SeasonalIndices& indices,
                       std::span<double> forecast);

}  // namespace mnemo
