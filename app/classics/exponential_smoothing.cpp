#include "app/classics/exponential_smoothing.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/classics/minimum.h"
#include "common/straight_line.h"

namespace mnemo {
namespace {

constexpr double kLeastWeight = 1e-4, kMostWeight = 0.9999;
constexpr double kLeastDamping = 0.8, kMostDamping = 0.98;
constexpr double kNever = std::numeric_limits<double>::infinity();

// Indices of the season's places by classical decomposition. Each trend is a sum of its own, which
// rounds less than SeasonalDecomposition's differences of running sums; few values allow for that.
std::vector<double> first_season(std::span<const double> values, SeasonForm form, int64_t season) {
  const auto places = static_cast<size_t>(season), half = places / 2;
  std::vector<double> sums(places, 0.0), counts(places, 0.0);
  for (size_t row = half; row + half < values.size(); ++row) {
    double trend = 0.0;
    for (size_t i = row - half; i <= row + half; ++i) trend += values[i];
    if (season % 2 == 0) trend -= (values[row - half] + values[row + half]) / 2.0;
    trend /= static_cast<double>(season);
    const bool multiplies = form == SeasonForm::multiplicative;
    sums[row % places] += multiplies ? values[row] / trend : values[row] - trend;
    counts[row % places] += 1.0;
  }
  double mean = 0.0;
  for (size_t i = 0; i < places; ++i) {
    sums[i] /= counts[i];
    mean += sums[i] / static_cast<double>(season);
  }
  for (double& index : sums)
    index = form == SeasonForm::multiplicative ? index / mean : index - mean;
  return sums;
}

template <SmoothedTrend trend_form, SeasonForm season_form>
double smooth_as(std::span<const double> values, const SmoothingWeights& weights,
                 SmoothingStates& states) {
  constexpr bool has_trend = trend_form != SmoothedTrend::none;
  constexpr bool has_season = season_form != SeasonForm::none;
  constexpr bool multiplies = season_form == SeasonForm::multiplicative;
  double level = states.level, trend = states.trend, squared = 0.0;
  size_t place = 0;
  for (const double value : values) {
    const double step = has_trend ? weights.damping * trend : 0.0;
    const double base = level + step;
    double forecast = base, adjusted = value;
    if constexpr (has_season) {
      auto& season = states.season[place];
      forecast = multiplies ? base * season : base + season;
      adjusted = multiplies ? value / season : value - season;
      const double new_season = multiplies ? value / base : value - base;
      season += weights.season * (new_season - season);
      if (++place == states.season.size()) place = 0;
    }
    squared += (value - forecast) * (value - forecast);
    const double new_level = base + weights.level * (adjusted - base);
    if constexpr (has_trend) trend = step + weights.trend * (new_level - level - step);
    level = new_level;
  }
  states.level = level;
  states.trend = trend;
  if constexpr (has_season) {
    auto& season = states.season;
    std::rotate(season.begin(), season.begin() + static_cast<int64_t>(place), season.end());
  }
  return std::isfinite(squared) ? squared : kNever;
}

template <SmoothedTrend trend_form>
double smooth_by_season(std::span<const double> values, SeasonForm season,
                        const SmoothingWeights& weights, SmoothingStates& states) {
  switch (season) {
    case SeasonForm::additive:
      return smooth_as<trend_form, SeasonForm::additive>(values, weights, states);
    case SeasonForm::multiplicative:
      return smooth_as<trend_form, SeasonForm::multiplicative>(values, weights, states);
    case SeasonForm::none:
      break;
  }
  return smooth_as<trend_form, SeasonForm::none>(values, weights, states);
}

double between(double low, double high, double place) {
  return low + (high - low) / (1.0 + std::exp(-place));
}

double place_between(double low, double high, double value) {
  const double share = std::clamp((value - low) / (high - low), 1e-6, 1.0 - 1e-6);
  return std::log(share / (1.0 - share));
}

// The weights as numbers without bounds, as many as the form has.
std::vector<double> unbounded(const SmoothingForm& form, const SmoothingWeights& weights) {
  std::vector<double> places = {place_between(kLeastWeight, kMostWeight, weights.level)};
  if (form.trend != SmoothedTrend::none) {
    places.push_back(place_between(kLeastWeight, kMostWeight, weights.trend));
  }
  if (form.season != SeasonForm::none) {
    places.push_back(place_between(0.0, 1.0 - weights.level, weights.season));
  }
  if (form.trend == SmoothedTrend::damped) {
    places.push_back(place_between(kLeastDamping, kMostDamping, weights.damping));
  }
  return places;
}

SmoothingWeights bounded(const SmoothingForm& form, const std::vector<double>& places) {
  SmoothingWeights weights;
  size_t next = 0;
  weights.level = between(kLeastWeight, kMostWeight, places[next++]);
  if (form.trend != SmoothedTrend::none) {
    weights.trend = between(kLeastWeight, kMostWeight, places[next++]);
  }
  if (form.season != SeasonForm::none) {
    weights.season = between(0.0, 1.0 - weights.level, places[next++]);
  }
  if (form.trend == SmoothedTrend::damped) {
    weights.damping = between(kLeastDamping, kMostDamping, places[next++]);
  }
  return weights;
}

// The best of some usual weights, which the search begins with.
SmoothingWeights usual_weights(const SmoothingForm& form,
                               const std::function<double(const SmoothingWeights&)>& error) {
  const bool has_trend = form.trend != SmoothedTrend::none;
  const bool has_season = form.season != SeasonForm::none;
  const std::vector<double> trends = has_trend ? std::vector{0.01, 0.1, 0.4} : std::vector{0.0};
  const std::vector<double> seasons = has_season ? std::vector{0.01, 0.1, 0.4} : std::vector{0.0};
  SmoothingWeights best;
  double least = kNever;
  for (const double level : {0.05, 0.2, 0.5, 0.8}) {
    for (const double trend : trends) {
      for (const double season : seasons) {
        const SmoothingWeights weights{.level = level,
                                       .trend = trend,
                                       .season = std::min(season, 0.9 * (1.0 - level)),
                                       .damping = form.trend == SmoothedTrend::damped ? 0.95 : 1.0};
        const double value = error(weights);
        if (value >= least && least < kNever) continue;
        best = weights;
        least = value;
      }
    }
  }
  return best;
}

// Weights, states and a variance; the season's states sum up to nothing.
int64_t count_parameters(const SmoothingForm& form, int64_t season) {
  int64_t count = 3;  // level: weight and state; variance
  if (form.trend != SmoothedTrend::none) count += 2;
  if (form.trend == SmoothedTrend::damped) count += 1;
  if (form.season != SeasonForm::none) count += season;
  return count;
}

double aicc_of(double squared_error, int64_t rows, int64_t parameters) {
  const auto n = static_cast<double>(rows), p = static_cast<double>(parameters);
  return n * std::log(squared_error / n) + 2.0 * p * n / (n - p - 1.0);
}

}  // namespace

SmoothingStates first_states(std::span<const double> values, const SmoothingForm& form,
                             int64_t season) {
  constexpr int64_t kSeasons = 5, kLeastRows = 10;
  SmoothingStates states;
  SeasonalIndices indices{.form = form.season};
  if (form.season != SeasonForm::none) {
    const auto rows =
        std::min(std::ssize(values), std::min(kSeasons, std::ssize(values) / season) * season);
    indices.values = first_season(values.first(static_cast<size_t>(rows)), form.season, season);
    states.season = indices.values;
  }
  const int64_t most =
      form.season == SeasonForm::none ? kLeastRows : std::max(kLeastRows, 2 * season);
  const int64_t rows = std::min(std::ssize(values), most);
  const auto line = line_through(indices.adjusted(values.first(static_cast<size_t>(rows))));
  states.level = line.mean - line.slope * (line.middle + 1.0);  // one row before the first
  if (form.trend != SmoothedTrend::none) states.trend = line.slope;
  return states;
}

double smooth(std::span<const double> values, const SmoothingForm& form,
              const SmoothingWeights& weights, SmoothingStates& states) {
  switch (form.trend) {
    case SmoothedTrend::none:
      break;
    case SmoothedTrend::additive:
      return smooth_by_season<SmoothedTrend::additive>(values, form.season, weights, states);
    case SmoothedTrend::damped:
      return smooth_by_season<SmoothedTrend::damped>(values, form.season, weights, states);
  }
  return smooth_by_season<SmoothedTrend::none>(values, form.season, weights, states);
}

SmoothingFit fit_smoothing(std::span<const double> values, const SmoothingForm& form,
                           int64_t season) {
  constexpr double kEdge = 0.7;
  const auto first = first_states(values, form, season);
  const auto error = [&](const SmoothingWeights& weights) {
    auto states = first;
    return smooth(values, form, weights, states);
  };
  const auto start = unbounded(form, usual_weights(form, error));
  const auto best = minimum_near(start, kEdge, [&](const std::vector<double>& places) {
    return error(bounded(form, places));
  });
  SmoothingFit fit{.form = form, .weights = bounded(form, best), .states = first};
  fit.squared_error = smooth(values, form, fit.weights, fit.states);
  fit.aicc = aicc_of(fit.squared_error, std::ssize(values), count_parameters(form, season));
  return fit;
}

SmoothingFit choose_smoothing(std::span<const double> values, int64_t season) {
  const auto rows = std::ssize(values);
  const bool is_positive = std::ranges::all_of(values, [](double value) { return value > 0.0; });
  SmoothingFit best{.states = {.level = values.back()}, .aicc = kNever};  // of a row or two
  for (const auto season_form :
       {SeasonForm::none, SeasonForm::additive, SeasonForm::multiplicative}) {
    const bool is_seasonal = season_form != SeasonForm::none;
    if (is_seasonal && (season < 2 || rows < 2 * season + season % 2)) continue;
    if (season_form == SeasonForm::multiplicative && !is_positive) continue;
    for (const auto trend : {SmoothedTrend::none, SmoothedTrend::additive, SmoothedTrend::damped}) {
      const SmoothingForm form{.trend = trend, .season = season_form};
      if (rows <= count_parameters(form, season) + 1) continue;
      auto fit = fit_smoothing(values, form, season);
      if (fit.aicc < best.aicc) best = std::move(fit);
    }
  }
  return best;
}

void forecast_by_smoothing(const SmoothingFit& fit, std::span<double> forecast) {
  const auto& states = fit.states;
  const SeasonalIndices indices{.form = fit.form.season, .values = states.season};
  double level = states.level, step = states.trend;
  for (size_t i = 0; i < forecast.size(); ++i) {
    if (fit.form.trend != SmoothedTrend::none) {
      step *= fit.weights.damping;
      level += step;
    }
    forecast[i] = indices.seasonal(level, static_cast<int64_t>(i));
  }
}

}  // namespace mnemo
