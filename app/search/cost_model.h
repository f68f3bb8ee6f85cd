// How long the training at a point of a search space takes, learnt from those so far.
#pragma once

#include <vector>

#include "app/search/search_space.h"

namespace mnemo {

struct TimedPoint {
  Point point;
  double seconds = 0.0;  // above 0
};

// Bayesian linear regression of log(seconds) on the knobs, so that what knobs bring multiplies:
// each has a slope, and each value of a choice a step of its own. What was never turned costs
// nothing.
class CostModel {
 public:
  CostModel(const SearchSpace& space, const std::vector<TimedPoint>& timed);

  // log(seconds at `point` / seconds at `other`).
  double log_ratio(const Point& point, const Point& other) const;

 private:
  std::vector<double> features_of(const Point& point) const;

  SearchSpace space_;
  std::vector<double> weights_;  // of the features
};

}  // namespace mnemo
