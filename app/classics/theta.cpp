#include "app/classics/theta.h"

#include <vector>

#include "app/classics/minimum.h"
#include "common/straight_line.h"

namespace mnemo {
namespace {

struct LevelErrors {
  double squared = 0.0;
  double level = 0.0;  // behind the last value
};

// The errors are straight in the first level: smoothing that begins with 0 tells the best one.
LevelErrors errors_with(std::span<const double> values, double weight) {
  double level = 0.0, left = 1.0;  // of the first level
  double product = 0.0, square = 0.0, squared = 0.0;
  for (const double value : values) {
    const double error = value - level;
    squared += error * error;
    product += error * left;
    square += left * left;
    level += weight * error;
    left *= 1.0 - weight;
  }
  const double first = product / square;
  return {.squared = squared - first * product, .level = level + left * first};
}

}  // namespace

SmoothedLevel smooth_level(std::span<const double> values) {
  constexpr double kLeast = 1e-4, kMost = 0.9999;
  // About the first value, so that squares of what is far from 0 do not cancel.
  std::vector<double> moved(values.begin(), values.end());
  for (double& value : moved) value -= values.front();
  const double weight = minimum_between(
      kLeast, kMost, [&](double tried) { return errors_with(moved, tried).squared; });
  return {.weight = weight, .level = values.front() + errors_with(moved, weight).level};
}

void forecast_by_theta(std::span<const double> history, const SeasonalIndices& indices,
                       std::span<double> forecast) {
  const auto rows = std::ssize(history);
  auto adjusted = indices.adjusted(history);
  const auto line = line_through(adjusted);
  for (int64_t row = 0; row < rows; ++row) {
    auto& value = adjusted[static_cast<size_t>(row)];
    value = 2.0 * value - line.at(row);
  }
  const double level = smooth_level(adjusted).level;
  for (int64_t step = 0; step < std::ssize(forecast); ++step) {
    const double mean = (level + line.at(rows + step)) / 2.0;
    forecast[static_cast<size_t>(step)] = indices.seasonal(mean, rows + step);
  }
}

}  // namespace mnemo
