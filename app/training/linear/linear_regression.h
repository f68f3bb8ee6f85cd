// Linear regression of classes (multinomial logistic) or of numbers (least squares), on inputs that
// fit in memory.
//
// The solution has the least
//
//   strength |w|^2 / 2 + sum over samples of their loss
//
// with the bias free. The loss is that of class_loss.h, or half the squared error.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "app/training/linear/ridge_regression.h"

namespace mnemo {

struct RegressionSamples {
  at::Tensor inputs;  // (N, I) fp64
  // (N, O) fp64: the numbers, or what each class weighs in the sample's loss, see
  // class_loss_targets().
  at::Tensor targets;
  bool of_classes = true;
};

// Mean over the samples of the loss of answers (N, O) fp64.
double regression_loss(const RegressionSamples& samples, const at::Tensor& answers);

class LinearRegression {
 public:
  // Needs a sample.
  explicit LinearRegression(RegressionSamples samples);

  // Goes on from the solution for the strength before, which should be a larger one.
  LinearMap solve(double strength);

 private:
  double evaluate(double strength, const std::vector<double>& parameters,
                  std::vector<double>& gradient) const;
  std::vector<double> steepness(double strength) const;

  RegressionSamples samples_;
  std::vector<double> parameters_;  // weight (O, I), then bias (O)
};

}  // namespace mnemo
