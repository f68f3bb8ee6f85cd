#include "datasets/season.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace mnemo {
namespace {

constexpr int64_t kLongestSeason = 1000;
constexpr double kLeastCorrelation = 0.2;
constexpr double kLeastRise = 0.2;
constexpr double kNearlyHighest = 0.75;

using Columns = std::span<const std::vector<double>>;

// Less its mean.
std::vector<double> centred(std::vector<double> values) {
  const double mean =
      std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  for (double& value : values) value -= mean;
  return values;
}

// The differences are those of neighbours: a trend is no season.
std::vector<double> differences(const std::vector<double>& values) {
  std::vector<double> result(values.size() - 1);
  for (size_t i = 0; i + 1 < values.size(); ++i) result[i] = values[i + 1] - values[i];
  return centred(std::move(result));
}

// Less the straight line that fits best.
std::vector<double> detrended(const std::vector<double>& values) {
  auto result = centred(values);
  const double middle = static_cast<double>(values.size() - 1) / 2.0;
  double product = 0.0, square = 0.0;
  for (size_t i = 0; i < result.size(); ++i) {
    const double place = static_cast<double>(i) - middle;
    product += place * result[i];
    square += place * place;
  }
  for (size_t i = 0; i < result.size(); ++i) {
    result[i] -= product / square * (static_cast<double>(i) - middle);
  }
  return result;
}

void add_autocorrelation(const std::vector<double>& values, std::vector<double>& sums) {
  const double variance = std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
  if (!(variance > 0.0)) return;
  for (size_t lag = 1; lag < sums.size(); ++lag) {
    const auto shifted = values.begin() + static_cast<std::ptrdiff_t>(lag);
    sums[lag] += std::inner_product(shifted, values.end(), values.begin(), 0.0) / variance;
  }
}

// The season by the autocorrelation of `prepare`d columns, from 2 to `longest`; 1: none.
template <typename Prepare>
int64_t season_of(Columns columns, int64_t longest, const Prepare& prepare) {
  std::vector<double> correlation(static_cast<size_t>(longest) + 2, 0.0);  // of each lag
  for (const auto& column : columns) add_autocorrelation(prepare(column), correlation);
  for (double& value : correlation) value /= static_cast<double>(columns.size());

  std::vector<size_t> peaks;
  double lowest = correlation[1];  // so far: noise on a slope makes small peaks, which rise little
  for (size_t lag = 2; lag + 1 < correlation.size(); ++lag) {
    const double here = correlation[lag];
    lowest = std::min(lowest, here);
    if (here >= kLeastCorrelation && here - lowest >= kLeastRise && here >= correlation[lag - 1] &&
        here >= correlation[lag + 1]) {
      peaks.push_back(lag);
    }
  }
  if (peaks.empty()) return 1;
  const auto height = [&](size_t lag) { return correlation[lag]; };
  const double highest = height(*std::ranges::max_element(peaks, {}, height));
  return static_cast<int64_t>(*std::ranges::find_if(
      peaks, [&](size_t lag) { return height(lag) >= kNearlyHighest * highest; }));
}

}  // namespace

int64_t find_season(Columns columns) {
  const auto rows = static_cast<int64_t>(columns.front().size());
  const int64_t longest = std::min(kLongestSeason, rows / 3);
  if (longest < 2) return 1;
  const int64_t season = season_of(columns, longest, differences);
  // Steps that are small against their noise show no season; the values themselves do.
  return season > 1 ? season : season_of(columns, longest, detrended);
}

}  // namespace mnemo
