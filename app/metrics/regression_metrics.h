// How far numbers are from the true ones.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>

namespace mnemo {

struct RegressionMetrics {
  int64_t n = 0;  // samples; the figures are means over them and their targets
  double mse = 0.0, mae = 0.0, rmse = 0.0;
  double r2 = 0.0;  // 1 - squared error / squared distance from each target's mean; 0 if that is 0
  // Spearman's: the correlation of the ranks, of equal numbers their mean rank; the mean of those
  // targets that have one, which takes answers and true numbers that are not all alike.
  std::optional<double> rank_correlation = {};
};

// (samples, targets) each, row by row; at least one sample.
RegressionMetrics regression_metrics(std::span<const float> found, std::span<const double> actual,
                                     int64_t targets);

nlohmann::json to_json(const RegressionMetrics& metrics);
// A table for people.
std::string to_text(const RegressionMetrics& metrics);

}  // namespace mnemo
