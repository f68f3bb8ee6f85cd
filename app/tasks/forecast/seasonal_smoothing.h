// Exponential smoothing with a season (Brown 1956; Winters 1960, additive, without trend), as a
// linear map: what a linear model of a noisy series falls back to.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>

namespace mnemo {

// (horizon, rows), fp64: from the last `rows` values to the next. A place of the season, of
// `season` rows, lies above or below the mean by as much as it does on the average of the whole
// seasons among them; the level is that of the values without it, each counting 1 - `smoothing`
// times as much as the next. Each row of the map sums to 1. A season of 1 row, or of more than
// `rows`, is none.
at::Tensor seasonal_smoothing(int64_t rows, int64_t horizon, int64_t season, double smoothing);

}  // namespace mnemo
