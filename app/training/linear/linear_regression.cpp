#include "app/training/linear/linear_regression.h"

#include <cmath>
#include <utility>

#include "app/training/linear/lbfgs.h"

namespace mnemo {
namespace {

// (N, O) -> the sum of the losses, and by how much each answer changes it.
struct SampleLosses {
  double sum = 0.0;
  at::Tensor slopes;
};

SampleLosses losses_of(const RegressionSamples& samples, const at::Tensor& answers) {
  const auto& targets = samples.targets;
  if (!samples.of_classes) {
    const auto errors = answers - targets;
    return {.sum = errors.square().sum().item<double>() / 2.0, .slopes = errors};
  }
  const auto log_probabilities = answers.log_softmax(1);
  return {.sum = -(targets * log_probabilities).sum().item<double>(),
          .slopes = log_probabilities.exp() * targets.sum(1, /*keepdim=*/true) - targets};
}

// Views of one list: weight (O, I) and bias (O).
template <typename Numbers>
LinearMap as_map(Numbers& numbers, int64_t outputs, int64_t inputs) {
  auto* data = const_cast<double*>(numbers.data());
  return {.weight = at::from_blob(data, {outputs, inputs}, at::kDouble),
          .bias = at::from_blob(data + outputs * inputs, {outputs}, at::kDouble)};
}

}  // namespace

double regression_loss(const RegressionSamples& samples, const at::Tensor& answers) {
  return losses_of(samples, answers).sum / static_cast<double>(answers.size(0));
}

LinearRegression::LinearRegression(RegressionSamples samples)
    : samples_(std::move(samples)),
      parameters_(static_cast<size_t>(samples_.targets.size(1) * (samples_.inputs.size(1) + 1))) {}

double LinearRegression::evaluate(double strength, const std::vector<double>& parameters,
                                  std::vector<double>& gradient) const {
  const int64_t outputs = samples_.targets.size(1), inputs = samples_.inputs.size(1);
  const auto [weight, bias] = as_map(parameters, outputs, inputs);
  const auto [sum, slopes] = losses_of(samples_, at::linear(samples_.inputs, weight, bias));
  auto [weight_slope, bias_slope] = as_map(gradient, outputs, inputs);
  weight_slope.copy_(slopes.t().mm(samples_.inputs) + weight * strength);
  bias_slope.copy_(slopes.sum(0));
  return sum + weight.square().sum().item<double>() * strength / 2.0;
}

// The second derivative of a sample's loss by an answer is a half at most, of numbers 1.
std::vector<double> LinearRegression::steepness(double strength) const {
  const double steepest = samples_.of_classes ? 0.5 : 1.0;
  const auto squares = samples_.inputs.square().sum(0) * steepest + strength;  // (I)
  std::vector<double> result(parameters_.size(),
                             steepest * static_cast<double>(samples_.inputs.size(0)));
  const int64_t outputs = samples_.targets.size(1), inputs = samples_.inputs.size(1);
  as_map(result, outputs, inputs).weight.copy_(squares.expand({outputs, inputs}));
  return result;
}

LinearMap LinearRegression::solve(double strength) {
  constexpr double kTolerance = 1e-4;
  std::vector<double> gradient(parameters_.size());
  evaluate(strength, std::vector<double>(parameters_.size(), 0.0), gradient);
  minimize([&](const std::vector<double>& point,
               std::vector<double>& slope) { return evaluate(strength, point, slope); },
           parameters_, steepness(strength),
           {.tolerance = kTolerance, .first_norm = std::sqrt(inner_product(gradient, gradient))});
  const auto map = as_map(parameters_, samples_.targets.size(1), samples_.inputs.size(1));
  return {.weight = map.weight.clone(), .bias = map.bias.clone()};
}

}  // namespace mnemo
