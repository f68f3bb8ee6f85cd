// How long the training at a point of a search space takes, learnt from those so far.
#pragma once

#include <vector>

#include "app/search/knob_regression.h"
#include "app/settings/option_marks.h"

namespace mnemo {

struct TimedPoint {
  Point point;
  double seconds = 0.0;  // above 0
};

// A regression of log(seconds) on the knobs, so that what they bring multiplies, around a guess: in
// proportion to those whose marks say so, such as hidden units. A knob that was never turned is
// taken to cost nothing; one that by its marks takes no time never does, as the learning rate.
class CostModel {
 public:
  // `marks`: of the options that the knobs are.
  CostModel(const SearchSpace& space, const std::vector<TimedPoint>& timed,
            const MarksByOption& marks);

  // At a point; needs a timed one.
  double seconds(const Point& point) const;
  // log(seconds at `point` / seconds at `other`).
  double log_ratio(const Point& point, const Point& other) const;

 private:
  double log_guess(const Point& point) const;
  std::vector<double> logs_beside_guess(const std::vector<TimedPoint>& timed) const;
  Point dear_part(const Point& point) const;
  std::vector<Point> dear_parts(const std::vector<TimedPoint>& timed) const;

  SearchSpace space_;
  std::vector<TimeTaken> times_;  // of the knobs
  std::vector<size_t> dear_;      // places of the knobs that may take time
  KnobRegression beside_guess_;
};

}  // namespace mnemo
