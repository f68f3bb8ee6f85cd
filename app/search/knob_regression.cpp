#include "app/search/knob_regression.h"

#include <ATen/ATen.h>

#include <cmath>
#include <iterator>

namespace mnemo {
namespace {

std::vector<double> numbers_of(const at::Tensor& tensor) {
  const auto numbers = tensor.contiguous();
  return {numbers.const_data_ptr<double>(), numbers.const_data_ptr<double>() + numbers.numel()};
}

}  // namespace

KnobRegression::KnobRegression(const SearchSpace& space, const std::vector<Point>& points,
                               const std::vector<double>& values,
                               const KnobRegressionOptions& options)
    : space_(space), options_(options) {
  if (points.empty() || features_of(points.front()).empty()) return;
  const auto count = std::ssize(points);
  std::vector<double> rows;
  for (const auto& point : points) {
    const auto features = features_of(point);
    rows.insert(rows.end(), features.begin(), features.end());
  }
  const auto of = at::TensorOptions(at::kDouble);
  const double noise = options.noise * options.noise;
  auto x = at::from_blob(rows.data(), {count, std::ssize(rows) / count}, of);  // (N, F)
  auto y = at::tensor(values, of).unsqueeze(1);                                // (N, 1)
  const auto middle = x.mean(0);
  middle_value_ = y.mean().item<double>();
  x = x - middle;  // the intercept has no prior
  y = y - middle_value_;
  const auto gram = at::matmul(x.t(), x) + noise * at::eye(x.size(1), of);  // (F, F)
  const auto inverse = at::cholesky_inverse(at::linalg_cholesky(gram));     // (F, F)
  middle_ = numbers_of(middle);
  share_of_middle_ = 1.0 / static_cast<double>(count);
  weights_ = numbers_of(at::matmul(inverse, at::matmul(x.t(), y)));
  covariance_ = numbers_of(noise * inverse);
}

KnobRegression::Belief KnobRegression::at(const Point& point) const {
  auto features = features_of(point);
  const size_t count = middle_.size();
  Belief belief{.mean = middle_value_};
  double variance = options_.noise * options_.noise * (1.0 + share_of_middle_);
  for (size_t i = 0; i < count; ++i) features[i] -= middle_[i];
  for (size_t i = 0; i < count; ++i) {
    belief.mean += weights_[i] * features[i];
    for (size_t j = 0; j < count; ++j) {
      variance += features[i] * covariance_[i * count + j] * features[j];
    }
  }
  belief.deviation = std::sqrt(variance);
  return belief;
}

double KnobRegression::difference(const Point& point, const Point& other) const {
  const auto here = features_of(point), there = features_of(other);
  double sum = 0.0;
  for (size_t i = 0; i < weights_.size(); ++i) sum += weights_[i] * (here[i] - there[i]);
  return sum;
}

std::vector<double> KnobRegression::features_of(const Point& point) const {
  std::vector<double> features;
  for (size_t i = 0; i < point.size(); ++i) {
    const auto& knob = space_.knobs()[i];
    if (!knob.is_choice() || knob.is_ordered()) {
      const double from_middle = 2.0 * point[i] - 1.0;
      features.push_back(options_.slope * point[i]);
      features.push_back(options_.bend * from_middle * from_middle);
    }
    for (size_t value = 0; value < knob.values().size(); ++value) {
      features.push_back(knob.choice_at(point[i]) == value ? options_.step : 0.0);
    }
  }
  return features;
}

}  // namespace mnemo
