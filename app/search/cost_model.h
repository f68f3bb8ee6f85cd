// How long the training at a point of a search space takes, learnt from those so far.
#pragma once

#include <vector>

#include "app/search/knob_regression.h"

namespace mnemo {

struct TimedPoint {
  Point point;
  double seconds = 0.0;  // above 0
};

// A regression of log(seconds) on the knobs, so that what they bring multiplies. What was never
// turned costs nothing, and what is known to take no time, such as the learning rate, never does.
class CostModel {
 public:
  CostModel(const SearchSpace& space, const std::vector<TimedPoint>& timed);

  // At a point; needs a timed one.
  double seconds(const Point& point) const;
  // log(seconds at `point` / seconds at `other`).
  double log_ratio(const Point& point, const Point& other) const;

 private:
  Point dear_part(const Point& point) const;
  std::vector<Point> dear_parts(const std::vector<TimedPoint>& timed) const;

  std::vector<size_t> dear_;  // places of the knobs that may take time
  KnobRegression log_seconds_;
};

}  // namespace mnemo
