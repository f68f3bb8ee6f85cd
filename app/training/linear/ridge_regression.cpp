#include "app/training/linear/ridge_regression.h"

#include <ATen/ops/linalg_eigh.h>

#include <tuple>

namespace mnemo {

RegressionSums::RegressionSums(int64_t inputs, int64_t outputs)
    : input_(at::zeros({inputs}, at::kDouble)),
      output_(at::zeros({outputs}, at::kDouble)),
      gram_(at::zeros({inputs, inputs}, at::kDouble)),
      cross_(at::zeros({inputs, outputs}, at::kDouble)) {}

void RegressionSums::add(const at::Tensor& inputs, const at::Tensor& outputs,
                         const at::Tensor& weights) {
  const auto weighted = [&](const at::Tensor& values) {
    return weights.defined() ? values * weights.unsqueeze(1) : values;
  };
  weight_ += weights.defined() ? weights.sum().item<double>() : static_cast<double>(inputs.size(0));
  const auto counted = weighted(inputs);
  input_ += counted.sum(0);
  output_ += weighted(outputs).sum(0);
  gram_ += counted.t().mm(inputs);
  cross_ += counted.t().mm(outputs);
  squares_ += weighted(outputs.square()).sum().item<double>();
}

RegressionSums& RegressionSums::operator+=(const RegressionSums& other) {
  weight_ += other.weight_;
  input_ += other.input_;
  output_ += other.output_;
  gram_ += other.gram_;
  cross_ += other.cross_;
  squares_ += other.squares_;
  return *this;
}

// |y - W x - b|^2, multiplied out.
double RegressionSums::mean_squared_error(const LinearMap& map) const {
  const auto& [weight, bias] = map;
  const double n = weight_;
  const auto found =
      weight.mm(gram_).mul(weight).sum() + 2.0 * bias.dot(weight.mv(input_)) + n * bias.dot(bias);
  const auto shared = weight.mul(cross_.t()).sum() + bias.dot(output_);
  return (squares_ + (found - 2.0 * shared).item<double>()) /
         (n * static_cast<double>(bias.size(0)));
}

RidgeRegression::RidgeRegression(const RegressionSums& sums) {
  const double n = sums.weight_;
  input_mean_ = sums.input_ / n;
  output_mean_ = sums.output_ / n;
  const auto covariance = sums.gram_ / n - at::outer(input_mean_, input_mean_);
  std::tie(values_, vectors_) = at::linalg_eigh(covariance);
  values_ = values_.clamp_min(0.0);  // rounding
  projected_ = vectors_.t().mm(sums.cross_ / n - at::outer(input_mean_, output_mean_));
}

LinearMap RidgeRegression::solve(double strength, const at::Tensor& towards) const {
  constexpr double kLeast = 1e-12;  // for inputs that do not vary at all
  const auto penalty = values_.mean() * strength + kLeast;
  auto along = projected_;  // (I, O)
  if (towards.defined()) along = along + vectors_.t().mm(towards.t()) * penalty;
  const auto weight = vectors_.mm(along / (values_ + penalty).unsqueeze(1)).t();  // (O, I)
  return {.weight = weight, .bias = output_mean_ - weight.mv(input_mean_)};
}

}  // namespace mnemo
