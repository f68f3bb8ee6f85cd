#include "app/metrics/regression_metrics.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

namespace mnemo {

RegressionMetrics regression_metrics(std::span<const float> found, std::span<const double> actual,
                                     int64_t targets) {
  const auto width = static_cast<size_t>(targets);
  const auto count = static_cast<double>(actual.size());
  std::vector<double> means(width, 0.0);
  for (size_t i = 0; i < actual.size(); ++i) {
    means[i % width] += actual[i] / (count / static_cast<double>(width));
  }
  RegressionMetrics metrics{.n = std::ssize(actual) / targets};
  double spread = 0.0;
  for (size_t i = 0; i < actual.size(); ++i) {
    const double error = static_cast<double>(found[i]) - actual[i];
    const double distance = actual[i] - means[i % width];
    metrics.mse += error * error / count;
    metrics.mae += std::abs(error) / count;
    spread += distance * distance / count;
  }
  metrics.rmse = std::sqrt(metrics.mse);
  if (spread > 0.0) metrics.r2 = 1.0 - metrics.mse / spread;
  return metrics;
}

nlohmann::json to_json(const RegressionMetrics& metrics) {
  return {{"n", metrics.n},
          {"mse", metrics.mse},
          {"mae", metrics.mae},
          {"rmse", metrics.rmse},
          {"r2", metrics.r2}};
}

std::string to_text(const RegressionMetrics& metrics) {
  return fmt::format("n     {}\nMSE   {:.6g}\nMAE   {:.6g}\nRMSE  {:.6g}\nR2    {:.4f}\n",
                     metrics.n, metrics.mse, metrics.mae, metrics.rmse, metrics.r2);
}

}  // namespace mnemo
