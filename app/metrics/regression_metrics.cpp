#include "app/metrics/regression_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <vector>

namespace mnemo {

namespace {

// The rank of each number, from 1, of equal ones their mean.
std::vector<double> ranks_of(const std::vector<double>& numbers) {
  std::vector<size_t> order(numbers.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, {}, [&](size_t i) { return numbers[i]; });
  std::vector<double> ranks(numbers.size());
  for (size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && numbers[order[end]] == numbers[order[begin]]) ++end;
    const double rank = static_cast<double>(begin + 1 + end) / 2.0;
    for (size_t i = begin; i < end; ++i) ranks[order[i]] = rank;
  }
  return ranks;
}

std::optional<double> correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto count = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / count;
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / count;
  double ab = 0.0, aa = 0.0, bb = 0.0;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  if (!(aa > 0.0 && bb > 0.0)) return std::nullopt;
  return ab / std::sqrt(aa * bb);
}

std::optional<double> rank_correlation(std::span<const float> found, std::span<const double> actual,
                                       size_t targets) {
  double sum = 0.0;
  int64_t count = 0;
  for (size_t target = 0; target < targets; ++target) {
    std::vector<double> answers, truths;
    for (size_t i = target; i < actual.size(); i += targets) {
      answers.push_back(found[i]);
      truths.push_back(actual[i]);
    }
    const auto one = correlation(ranks_of(answers), ranks_of(truths));
    if (!one) continue;
    sum += *one;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

}  // namespace

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
  metrics.rank_correlation = rank_correlation(found, actual, width);
  return metrics;
}

nlohmann::json to_json(const RegressionMetrics& metrics) {
  return {{"n", metrics.n},
          {"mse", metrics.mse},
          {"mae", metrics.mae},
          {"rmse", metrics.rmse},
          {"r2", metrics.r2},
          {"rank_correlation", metrics.rank_correlation ? nlohmann::json(*metrics.rank_correlation)
                                                        : nlohmann::json()}};
}

std::string to_text(const RegressionMetrics& metrics) {
  return fmt::format(
      "n     {}\nMSE   {:.6g}\nMAE   {:.6g}\nRMSE  {:.6g}\nR2    {:.4f}\nrank correlation {}\n",
      metrics.n, metrics.mse, metrics.mae, metrics.rmse, metrics.r2,
      metrics.rank_correlation ? fmt::format("{:.4f}", *metrics.rank_correlation) : "-");
}

}  // namespace mnemo
