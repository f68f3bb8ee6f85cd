#include "datasets/season.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

#include "common/straight_line.h"

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
  const auto line = line_through(result);
  for (size_t i = 0; i < result.size(); ++i) {
    result[i] -= line.slope * (static_cast<double>(i) - line.middle);
  }
  return result;
}

// Autocorrelations of lags up to `longest`, each the mean over the columns that are at least
// `cycles` times as long.
class Autocorrelations {
 public:
  template <typename Prepare>
  Autocorrelations(Columns columns, int64_t longest, int64_t cycles, const Prepare& prepare)
      : sums_(static_cast<size_t>(longest) + 2, 0.0), columns_(sums_.size(), 0) {
    for (const auto& column : columns) {
      const size_t end = std::min(sums_.size(), column.size() / static_cast<size_t>(cycles) + 2);
      if (end > 2 && column.size() > 3) add(prepare(column), end);
    }
  }

  double at(size_t lag) const {
    return columns_[lag] == 0 ? 0.0 : sums_[lag] / static_cast<double>(columns_[lag]);
  }
  // The values that speak for a lag.
  int64_t values() const { return values_; }
  size_t end() const { return sums_.size(); }

 private:
  void add(const std::vector<double>& values, size_t end) {
    values_ += static_cast<int64_t>(values.size());
    for (size_t lag = 1; lag < end; ++lag) ++columns_[lag];
    const double variance = std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
    if (!(variance > 0.0)) return;
    for (size_t lag = 1; lag < std::min(end, values.size()); ++lag) {
      const auto shifted = values.begin() + static_cast<std::ptrdiff_t>(lag);
      sums_[lag] += std::inner_product(shifted, values.end(), values.begin(), 0.0) / variance;
    }
  }

  std::vector<double> sums_;
  std::vector<int64_t> columns_;
  int64_t values_ = 0;
};

// A correlation of nothing but noise seldom reaches this.
double by_chance(const Autocorrelations& correlation) {
  constexpr double kDeviations = 3.0;
  return kDeviations / std::sqrt(static_cast<double>(std::max<int64_t>(1, correlation.values())));
}

// The season by the autocorrelation of `prepare`d columns, from 2 to `longest`; 1: none.
template <typename Prepare>
int64_t season_of(Columns columns, int64_t longest, const Prepare& prepare) {
  const Autocorrelations correlation(columns, longest, 3, prepare);
  const double least = std::max(kLeastCorrelation, by_chance(correlation));
  std::vector<size_t> peaks;
  // The lowest so far: noise on a slope makes small peaks, which rise little. That of neighbours
  // counts not, since noise in the values makes it low: its differences go to and fro.
  double lowest = correlation.at(2);
  for (size_t lag = 2; lag + 1 < correlation.end(); ++lag) {
    const double here = correlation.at(lag), before = correlation.at(lag - 1),
                 after = correlation.at(lag + 1);
    lowest = std::min(lowest, here);
    const double rise = lag == 2 ? here - std::max(before, after) : here - lowest;
    if (here >= least && rise >= kLeastRise && here >= before && here >= after) {
      peaks.push_back(lag);
    }
  }
  if (peaks.empty()) return 1;
  const auto height = [&](size_t lag) { return correlation.at(lag); };
  const double highest = height(*std::ranges::max_element(peaks, {}, height));
  return static_cast<int64_t>(*std::ranges::find_if(
      peaks, [&](size_t lag) { return height(lag) >= kNearlyHighest * highest; }));
}

// The correlation at `season` if it stands out there, by more than chance would have it; or 0.
double shown_season(const Autocorrelations& correlation, size_t season, double least) {
  constexpr double kLeastProminence = 0.15;
  const double chance = by_chance(correlation);
  const size_t half = season / 2, and_half = season + half;
  double apart = correlation.at(half);
  if (and_half + 1 < correlation.end()) apart = (apart + correlation.at(and_half)) / 2.0;
  const double here = correlation.at(season);
  const bool shows =
      here >= std::max(least, chance) && here - apart >= std::max(kLeastProminence, chance);
  return shows ? here : 0.0;
}

// The shortest of `seasons` that shows nearly as clearly as any; 1: none does.
template <typename Prepare>
int64_t confirmed_season(Columns columns, std::span<const int64_t> seasons, int64_t cycles,
                         double least, const Prepare& prepare) {
  if (seasons.empty()) return 1;
  const Autocorrelations correlation(columns, seasons.back() + seasons.back() / 2, cycles, prepare);
  std::vector<double> heights;
  for (const int64_t season : seasons) {
    heights.push_back(shown_season(correlation, static_cast<size_t>(season), least));
  }
  const double highest = std::ranges::max(heights);
  for (size_t i = 0; i < heights.size(); ++i) {
    if (heights[i] > 0.0 && heights[i] >= kNearlyHighest * highest) return seasons[i];
  }
  return 1;
}

}  // namespace

std::vector<int64_t> likely_seasons(const TimeStep& step) {
  constexpr int64_t kAllDays = 7, kWeekSeconds = kAllDays * kDaySeconds, kWeeksOfYear = 52;
  constexpr int64_t kMonthsOfYear = 12;
  if (step.months > 0) {
    if (step.months >= kMonthsOfYear || kMonthsOfYear % step.months != 0) return {};
    return {kMonthsOfYear / step.months};
  }
  if (step.seconds <= 0) return {};
  if (step.seconds == kWeekSeconds) return {kWeeksOfYear};
  const int64_t days =
      step.weekdays == 0 ? kAllDays : std::popcount(static_cast<uint64_t>(step.weekdays));
  if (step.seconds == kDaySeconds) return {days, days == kAllDays ? 365 : days * kWeeksOfYear};
  if (step.opens != 0 || step.closes != 0) {
    const int64_t of_day = (step.closes - step.opens) / step.seconds + 1;
    return {of_day, of_day * days};
  }
  if (step.seconds < kDaySeconds && kDaySeconds % step.seconds == 0) {
    return {kDaySeconds / step.seconds, days * (kDaySeconds / step.seconds)};
  }
  return {};
}

int64_t find_season(Columns columns, const TimeStep& step) {
  constexpr double kLeastOfDifferences = 0.1, kLeastOfValues = 0.3;
  size_t rows = 0;
  for (const auto& column : columns) rows = std::max(rows, column.size());
  std::vector<int64_t> seasons;
  for (const int64_t season : likely_seasons(step)) {
    if (season > 1 && 2 * season <= static_cast<int64_t>(rows)) seasons.push_back(season);
  }
  int64_t season = confirmed_season(columns, seasons, 2, kLeastOfDifferences, differences);
  if (season == 1) season = confirmed_season(columns, seasons, 3, kLeastOfValues, detrended);
  if (season > 1) return season;
  const int64_t longest = std::min(kLongestSeason, static_cast<int64_t>(rows / 3));
  if (longest < 2) return 1;
  season = season_of(columns, longest, differences);
  // Steps that are small against their noise show no season; the values themselves do.
  return season > 1 ? season : season_of(columns, longest, detrended);
}

}  // namespace mnemo
