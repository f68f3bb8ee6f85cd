// The length of a time series' season.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "datasets/times/time_stamps.h"

namespace mnemo {

// The seasons that rows so far apart suggest, in rows, the shortest first: a day and a week of what
// is read within days (24 and 168 hours), 7 and 365 days, 52 weeks, 12 months, 4 quarters. Empty
// for other steps, and where none is known.
std::vector<int64_t> likely_seasons(const TimeStep& step);

// The season of `columns`, each one series in time order, of any lengths; the correlations are
// averaged over them. 1: none.
//
// The seasons that `step` suggests come first. One counts where the differences between
// neighbouring values, or else the values without their trend, correlate with those one season
// before, and clearly more than with those half a season away from that. Of several the shortest is
// taken that reaches three quarters of the best. Where none of them shows, it is the lag at which
// the differences, or else the values, repeat best: the smallest local maximum of at least three
// quarters of the highest one, among lags from 2 to a third of the rows and at most 1,000, that
// reaches a correlation of 0.2, and 0.2 more than a shorter lag.
int64_t find_season(std::span<const std::vector<double>> columns, const TimeStep& step = {});

}  // namespace mnemo
