// A learning rate to begin with, found by trying them all in one short training (Smith 2017,
// "Cyclical Learning Rates for Training Neural Networks", section 3.3).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/training/fit.h"

namespace mnemo {

// The rates that are tried, and the steps over which they grow.
inline constexpr double kLowestRate = 1e-6, kHighestRate = 10.0;
inline constexpr int64_t kRateSteps = 100;

struct RatePoint {
  double rate = 0.0;
  double loss = 0.0;      // of the step's batch, before the step
  double smoothed = 0.0;  // exponential moving average of the losses so far, without its bias
};

struct RateCurve {
  std::vector<RatePoint> points;  // by rising rate
  double steepest = 0.0;          // where the smoothed loss falls fastest by the rate's logarithm
  double at_lowest = 0.0;         // where the smoothed loss is lowest
};

// Trains with a rate that grows by the same factor every step, until the smoothed loss is four
// times the lowest one or no number any more. Where the loss does not fall, it begins again and
// takes five times as many steps. Leaves the model changed. It takes clipping and seed from
// `options`. Throws Error when the loss never falls.
RateCurve find_learning_rate(Objective& objective, BatchSource& train, Optimizer& optimizer,
                             const FitOptions& options);

// A line a point: rate, loss, smoothed loss, separated by tabs, under a line of names.
std::string to_tsv(const RateCurve& curve);

}  // namespace mnemo
