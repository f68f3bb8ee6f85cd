#include "app/search/cost_model.h"

#include <torch/torch.h>

#include <cmath>
#include <iterator>

namespace mnemo {
namespace {

// Standard deviations of the prior: of log(seconds) over a knob's whole range, and of a value's own
// step; then of a measurement.
constexpr double kSlope = 2.0, kStep = 0.5, kNoise = 0.2;

}  // namespace

CostModel::CostModel(const SearchSpace& space, const std::vector<TimedPoint>& timed)
    : space_(space) {
  if (timed.empty()) return;
  const auto count = static_cast<int64_t>(timed.size());
  std::vector<double> rows, logs;
  for (const auto& [point, seconds] : timed) {
    const auto features = features_of(point);
    rows.insert(rows.end(), features.begin(), features.end());
    logs.push_back(std::log(seconds));
  }
  const auto of = at::TensorOptions(at::kDouble);
  auto x = at::from_blob(rows.data(), {count, std::ssize(rows) / count}, of);  // (N, F)
  auto y = at::from_blob(logs.data(), {count, 1}, of);                         // (N, 1)
  x = x - x.mean(0, true);  // the intercept has no prior
  y = y - y.mean();
  const auto gram = at::matmul(x.t(), x) + kNoise * kNoise * at::eye(x.size(1), of);  // (F, F)
  const auto weights =
      at::cholesky_solve(at::matmul(x.t(), y), at::linalg_cholesky(gram)).contiguous();  // (F, 1)
  weights_.assign(weights.data_ptr<double>(), weights.data_ptr<double>() + weights.numel());
}

double CostModel::log_ratio(const Point& point, const Point& other) const {
  const auto here = features_of(point), there = features_of(other);
  double sum = 0.0;
  for (size_t i = 0; i < weights_.size(); ++i) sum += weights_[i] * (here[i] - there[i]);
  return sum;
}

std::vector<double> CostModel::features_of(const Point& point) const {
  std::vector<double> features;
  for (size_t i = 0; i < point.size(); ++i) {
    const auto& knob = space_.knobs()[i];
    features.push_back(kSlope * point[i]);
    for (size_t value = 0; value < knob.values().size(); ++value) {
      features.push_back(knob.choice_at(point[i]) == value ? kStep : 0.0);
    }
  }
  return features;
}

}  // namespace mnemo
