// The length of a time series' season.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mnemo {

// The lag at which the differences between neighbouring values, or else the values without their
// trend, repeat best by their autocorrelation: the smallest local maximum of at least three
// quarters of the highest one, among lags from 2 to a third of the rows and at most 1,000. 1 when
// no maximum reaches a correlation of 0.2, and 0.2 more than a shorter lag. `columns`: equally
// long, the correlations are averaged over them.
int64_t find_season(std::span<const std::vector<double>> columns);

}  // namespace mnemo
