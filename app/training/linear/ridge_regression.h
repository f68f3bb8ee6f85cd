// Linear regression with a penalty on the squares of its weights (ridge, Hoerl and Kennard 1970),
// or of how far they are from given ones, from sums over samples, so that there may be more of them
// than memory holds.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>

namespace mnemo {

// outputs = weight inputs + bias; fp64.
struct LinearMap {
  at::Tensor weight;  // (O, I)
  at::Tensor bias;    // (O)
};

class RegressionSums {
 public:
  RegressionSums(int64_t inputs, int64_t outputs);

  // inputs (N, I), outputs (N, O), fp64: what is far from 0 loses its digits in fp32 products.
  // `weights` (N), fp64: how much each sample counts; undefined: 1 each.
  void add(const at::Tensor& inputs, const at::Tensor& outputs, const at::Tensor& weights = {});
  RegressionSums& operator+=(const RegressionSums& other);

  // The weighted mean over samples and outputs of what `map` leaves, squared.
  double mean_squared_error(const LinearMap& map) const;

 private:
  friend class RidgeRegression;

  double weight_ = 0.0;        // sum: as many as there are samples where each counts 1
  at::Tensor input_, output_;  // sums: (I), (O)
  at::Tensor gram_, cross_;    // of products: (I, I), (I, O)
  double squares_ = 0.0;       // of the outputs
};

class RidgeRegression {
 public:
  // Needs a sample.
  explicit RidgeRegression(const RegressionSums& sums);

  // The bias is free. `strength` is measured by the mean variance of the inputs, so that it means
  // the same whatever their number and size.
  // `towards` (O, I): the weights that a strong penalty leads to; undefined: 0.
  LinearMap solve(double strength, const at::Tensor& towards = {}) const;

 private:
  at::Tensor input_mean_, output_mean_;  // (I), (O)
  at::Tensor values_, vectors_;          // of the inputs' covariance: (I), (I, I)
  at::Tensor projected_;  // (I, O): the covariance with the outputs, along `vectors_`
};

}  // namespace mnemo
