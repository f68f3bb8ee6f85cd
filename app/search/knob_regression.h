// A figure of trainings as a sum of what each knob of a search space adds.
#pragma once

#include <vector>

#include "app/search/search_space.h"

namespace mnemo {

struct KnobRegressionOptions {
  // Standard deviations of the prior: of what a knob adds over its whole range, in a straight line
  // and in the bend beside it; of a choice's value, by itself.
  double slope = 1.0, bend = 1.0, step = 0.5;
  double noise = 0.2;  // of a measurement
};

// Bayesian linear regression (Bishop 2006, 3.3). The intercept has no prior; what was never turned
// adds nothing, as far as it knows.
class KnobRegression {
 public:
  struct Belief {
    double mean = 0.0, deviation = 0.0;  // of a measurement
  };

  // There are as many values as points.
  KnobRegression(const SearchSpace& space, const std::vector<Point>& points,
                 const std::vector<double>& values, const KnobRegressionOptions& options);

  Belief at(const Point& point) const;
  // mean(point) - mean(other).
  double difference(const Point& point, const Point& other) const;

 private:
  std::vector<double> features_of(const Point& point) const;

  SearchSpace space_;
  KnobRegressionOptions options_;
  std::vector<double> middle_;  // of the features; empty: nothing was measured
  double middle_value_ = 0.0;
  double share_of_middle_ = 0.0;    // of a measurement's variance, in that of the middle
  std::vector<double> weights_;     // of the features
  std::vector<double> covariance_;  // of the weights, row by row
};

}  // namespace mnemo
