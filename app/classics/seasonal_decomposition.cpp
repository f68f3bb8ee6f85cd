#include "app/classics/seasonal_decomposition.h"

#include <cmath>
#include <numeric>

namespace mnemo {
namespace {

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

double SeasonalIndices::adjusted(double value, int64_t row) const {
  if (form == SeasonForm::none) return value;
  const double index = values[static_cast<size_t>(row) % values.size()];
  return form == SeasonForm::multiplicative ? value / index : value - index;
}

std::vector<double> SeasonalIndices::adjusted(std::span<const double> series) const {
  std::vector<double> result(series.size());
  for (size_t row = 0; row < series.size(); ++row) {
    result[row] = adjusted(series[row], static_cast<int64_t>(row));
  }
  return result;
}

double SeasonalIndices::seasonal(double value, int64_t row) const {
  if (form == SeasonForm::none) return value;
  const double index = values[static_cast<size_t>(row) % values.size()];
  return form == SeasonForm::multiplicative ? value * index : value + index;
}

SeasonalDecomposition::SeasonalDecomposition(int64_t season)
    : season_(season),
      sums_(1, 0.0),
      products_(static_cast<size_t>(season) + 1, 0.0),
      ratios_(static_cast<size_t>(season), 0.0),
      differences_(ratios_),
      counts_(static_cast<size_t>(season), 0) {}

void SeasonalDecomposition::add(double value) {
  if (season_ < 2) return;
  if (values_.empty()) first_ = value;
  if (!(value > 0.0)) is_positive_ = false;
  const double moved = value - first_;  // sums of products of what is far from 0 are inexact
  values_.push_back(moved);
  sums_.push_back(sums_.back() + moved);
  const size_t row = values_.size() - 1;
  for (size_t lag = 0; lag < products_.size() && lag <= row; ++lag) {
    products_[lag] += moved * values_[row - lag];
  }
  const int64_t centre = static_cast<int64_t>(row) - season_ / 2;
  if (centre >= season_ / 2) add_to_indices(centre);
}

void SeasonalDecomposition::add_to_indices(int64_t row) {
  const auto half = static_cast<size_t>(season_ / 2), centre = static_cast<size_t>(row);
  double sum = sums_[centre + half + 1] - sums_[centre - half];
  // The two ends of an even season share a place.
  if (season_ % 2 == 0) sum -= (values_[centre - half] + values_[centre + half]) / 2.0;
  const double trend = sum / static_cast<double>(season_);
  const size_t place = centre % ratios_.size();
  differences_[place] += values_[centre] - trend;
  ratios_[place] += (values_[centre] + first_) / (trend + first_);
  ++counts_[place];
}

bool SeasonalDecomposition::has_season() const {
  constexpr double kNinetyPercent = 1.645;
  const auto rows = values_.size();
  const auto season = static_cast<size_t>(season_);
  if (season_ < 2 || rows < 3 * season) return false;
  const double mean = sums_.back() / static_cast<double>(rows);
  const auto covariance = [&](size_t lag) {
    const double both = sums_[rows - lag] + sums_.back() - sums_[lag];
    return products_[lag] - mean * both + static_cast<double>(rows - lag) * mean * mean;
  };
  const double variance = covariance(0);
  if (!(variance > 0.0)) return false;
  double squares = 0.0;
  for (size_t lag = 1; lag < season; ++lag) {
    squares += std::pow(covariance(lag) / variance, 2.0);
  }
  const double limit =
      kNinetyPercent * std::sqrt((1.0 + 2.0 * squares) / static_cast<double>(rows));
  return std::abs(covariance(season) / variance) > limit;
}

SeasonalIndices SeasonalDecomposition::indices() const {
  if (!has_season()) return {};
  SeasonalIndices indices{is_positive_ ? SeasonForm::multiplicative : SeasonForm::additive,
                          is_positive_ ? ratios_ : differences_};
  for (size_t i = 0; i < counts_.size(); ++i) {
    indices.values[i] /= static_cast<double>(counts_[i]);
  }
  const double mean = mean_of(indices.values);
  for (double& index : indices.values) {
    index = is_positive_ ? index / mean : index - mean;
  }
  return indices;
}

}  // namespace mnemo
