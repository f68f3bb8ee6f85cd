#include "datasets/season.h"

#include <algorithm>
#include <numeric>

namespace mnemo {
namespace {

constexpr int64_t kLongestSeason = 1000;
constexpr double kLeastCorrelation = 0.2;
constexpr double kNearlyHighest = 0.75;

// Differences of neighbours less their mean: a trend is no season.
std::vector<double> centred_differences(const std::vector<double>& values) {
  std::vector<double> differences(values.size() - 1);
  for (size_t i = 0; i + 1 < values.size(); ++i) differences[i] = values[i + 1] - values[i];
  const double mean = std::accumulate(differences.begin(), differences.end(), 0.0) /
                      static_cast<double>(differences.size());
  for (double& difference : differences) difference -= mean;
  return differences;
}

void add_autocorrelation(const std::vector<double>& values, std::vector<double>& sums) {
  const double variance = std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
  if (!(variance > 0.0)) return;
  for (size_t lag = 1; lag < sums.size(); ++lag) {
    const auto shifted = values.begin() + static_cast<std::ptrdiff_t>(lag);
    sums[lag] += std::inner_product(shifted, values.end(), values.begin(), 0.0) / variance;
  }
}

}  // namespace

int64_t find_season(std::span<const std::vector<double>> columns) {
  const auto rows = static_cast<int64_t>(columns.front().size());
  const int64_t longest = std::min(kLongestSeason, rows / 3);
  if (longest < 2) return 1;
  std::vector<double> correlation(static_cast<size_t>(longest) + 2, 0.0);  // of each lag
  for (const auto& column : columns) add_autocorrelation(centred_differences(column), correlation);
  for (double& value : correlation) value /= static_cast<double>(columns.size());

  std::vector<size_t> peaks;
  for (size_t lag = 2; lag + 1 < correlation.size(); ++lag) {
    const double here = correlation[lag];
    if (here >= kLeastCorrelation && here >= correlation[lag - 1] && here >= correlation[lag + 1]) {
      peaks.push_back(lag);
    }
  }
  if (peaks.empty()) return 1;
  const auto by_height = [&](size_t lag) { return correlation[lag]; };
  const double highest = correlation[*std::ranges::max_element(peaks, {}, by_height)];
  const auto first = std::ranges::find_if(
      peaks, [&](size_t lag) { return correlation[lag] >= kNearlyHighest * highest; });
  return static_cast<int64_t>(*first);
}

}  // namespace mnemo
