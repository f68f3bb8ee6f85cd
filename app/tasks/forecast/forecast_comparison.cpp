#include "app/tasks/forecast/forecast_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "datasets/scaler.h"

namespace mnemo {
namespace {

// Scales further apart than this make one squared error of all the error of the largest.
constexpr double kLikeScales = 10.0;

std::vector<TargetScale> scales_of(const ForecastSettings& settings) {
  std::vector<TargetScale> scales;
  for (size_t i = 0; i < settings.targets.size(); ++i) {
    scales.push_back({.name = settings.targets[i],
                      .scale = settings.target_scaling[i].scale,
                      .seasonal_error = settings.seasonal_error[i]});
  }
  return scales;
}

bool have_like_scales(const std::vector<Scaling>& scaling) {
  const auto [least, largest] = std::ranges::minmax(scaling, {}, &Scaling::scale);
  return largest.scale <= kLikeScales * least.scale;
}

bool has_median(const ForecastSettings& settings) {
  constexpr double kNear = 0.05;
  const auto& quantiles = settings.quantiles;
  return quantiles.empty() ||
         std::abs(quantiles[static_cast<size_t>(settings.model.centre)] - 0.5) <= kNear;
}

double pinball_of(double quantile, double error) {
  return std::max(quantile * error, (quantile - 1.0) * error);
}

// The mean over the series in which a figure is defined.
class SeriesMean {
 public:
  void add(const std::optional<double>& value) {
    if (!value) return;
    sum_ += *value;
    ++count_;
  }
  std::optional<double> mean() const {
    return count_ == 0 ? std::nullopt : std::optional(sum_ / static_cast<double>(count_));
  }

 private:
  double sum_ = 0.0;
  int64_t count_ = 0;
};

// MAPE, sMAPE and MASE as means over series.
void average_over_series(const std::vector<SeriesErrors>& series,
                         ForecastErrors SeriesErrors::*forecast, ForecastErrors& errors) {
  SeriesMean mape, smape, mase;
  for (const auto& one : series) {
    mape.add((one.*forecast).mape);
    smape.add((one.*forecast).smape);
    mase.add((one.*forecast).mase);
  }
  errors.mape = mape.mean();
  errors.smape = smape.mean().value_or(0.0);
  errors.mase = mase.mean();
}

}  // namespace

ForecastComparison::ForecastComparison(const ForecastSettings& settings, const ForecastRows& rows,
                                       const NumberTable& table)
    : settings_(settings),
      rows_(rows),
      table_(table),
      has_many_(table.series.size() > 1 || !settings.series.names.empty()),
      all_(Counters::of({scales_of(settings), settings.model.horizon})),
      series_(Counters::of({scales_of(settings), 1})),
      own_(scales_of(settings)),
      intervals_(settings.quantiles.size() / 2) {
  for (size_t i = 0; i < settings.series.names.size(); ++i) {
    known_series_.emplace(settings.series.names[i], i);
  }
}

void ForecastComparison::add(const Forecasts& forecasts, int64_t index, int64_t origin,
                             int64_t series_begin) {
  if (has_many_ && series_begin != series_begin_) begin_series(origin, series_begin);
  const int64_t centre = settings_.model.centre * (forecasts.outputs > 1);
  for (int64_t step = 0; step < forecasts.horizon; ++step) {
    for (int64_t target = 0; target < forecasts.targets; ++target) {
      const double actual = value(origin + step, target);
      const double* forecast = forecasts.at(index, step, target);
      const double last = value(origin - 1, target);
      // The same place in the latest season that is over at the origin.
      const int64_t before = origin - settings_.season + step % settings_.season;
      const double seasonal = before >= series_begin ? value(before, target) : last;
      const auto& own = own_[static_cast<size_t>(target)];
      const auto count = [&](ForecastErrorCounter Counters::*counter, double said) {
        if (!has_many_) {
          (all_.*counter).add(step, target, said, actual);
          return;
        }
        (all_.*counter).add(step, target, said, actual, own);
        (series_.*counter).add(0, target, said, actual, own);
      };
      count(&Counters::model, forecast[centre]);
      count(&Counters::naive, last);
      count(&Counters::seasonal, seasonal);
      if (settings_.quantiles.empty()) continue;
      count_pinball(forecast, last, seasonal, actual, step, target, own.scale);
      count_intervals(forecast, actual, own.scale);
    }
  }
  ++windows_;
  if (has_many_) ++by_series_.back().windows;
}

void ForecastComparison::begin_series(int64_t origin, int64_t series_begin) {
  finish_series();
  series_begin_ = series_begin;
  const auto found = std::ranges::lower_bound(table_.series, series_begin, {}, &TableSeries::begin);
  by_series_.emplace_back().name = found->name;
  for (int64_t target = 0; target < settings_.model.targets(); ++target) {
    const auto own = own_scale(found->name, target, series_begin, origin);
    own_[static_cast<size_t>(target)] = own;
    least_scale_ = largest_scale_ == 0.0 ? own.scale : std::min(least_scale_, own.scale);
    largest_scale_ = std::max(largest_scale_, own.scale);
  }
  series_ = Counters::of({own_, 1});
}

TargetScale ForecastComparison::own_scale(const std::string& series, int64_t target, int64_t begin,
                                          int64_t origin) const {
  const auto place = static_cast<size_t>(target);
  TargetScale own{.name = settings_.targets[place]};
  if (const auto known = known_series_.find(series); known != known_series_.end()) {
    own.scale = settings_.series.scale[known->second][place];
    own.seasonal_error = settings_.series.seasonal_error[known->second][place];
    return own;
  }
  std::vector<double> before;
  for (int64_t row = begin; row < origin; ++row) before.push_back(value(row, target));
  own.scale = fit_scaling(before, ScalerKind::standard).scale;
  own.seasonal_error = seasonal_error(before, settings_.season);
  return own;
}

void ForecastComparison::finish_series() {
  if (by_series_.empty()) return;
  auto& series = by_series_.back();
  series.model = series_.model.overall();
  series.naive = series_.naive.overall();
  series.seasonal_naive = series_.seasonal.overall();
}

void ForecastComparison::summarize_series(ForecastMetrics& metrics) const {
  metrics.by_series = by_series_;
  auto& last = metrics.by_series.back();
  last.model = series_.model.overall();
  last.naive = series_.naive.overall();
  last.seasonal_naive = series_.seasonal.overall();
  average_over_series(metrics.by_series, &SeriesErrors::model, metrics.model);
  average_over_series(metrics.by_series, &SeriesErrors::naive, metrics.naive);
  average_over_series(metrics.by_series, &SeriesErrors::seasonal_naive, metrics.seasonal_naive);
  metrics.is_pooled = largest_scale_ <= kLikeScales * least_scale_;
  metrics.counted.mase_targets = metrics.counted.targets;  // the series say what they leave out
  metrics.headline = metrics.is_pooled ? Headline::squared : Headline::mase;
}

ForecastMetrics ForecastComparison::metrics() const {
  ForecastMetrics metrics;
  metrics.n = windows_;
  metrics.season = settings_.season;
  metrics.model = all_.model.overall();
  metrics.naive = all_.naive.overall();
  metrics.seasonal_naive = all_.seasonal.overall();
  metrics.counted = all_.model.counted();
  if (!have_like_scales(settings_.target_scaling)) metrics.headline = Headline::scaled_squared;
  if (!by_series_.empty()) summarize_series(metrics);
  for (int64_t step = 0; step < settings_.model.horizon; ++step) {
    metrics.by_step.push_back(all_.model.of_step(step));
  }
  metrics.targets = settings_.targets;
  for (int64_t target = 0; target < settings_.model.targets(); ++target) {
    metrics.by_target.push_back(all_.model.of_target(target));
  }
  const auto& quantiles = settings_.quantiles;
  const auto values = static_cast<double>(values_);
  for (size_t i = 0; i < intervals_.size(); ++i) {
    metrics.coverage.push_back({.low = quantiles[i],
                                .high = quantiles[quantiles.size() - 1 - i],
                                .share = static_cast<double>(intervals_[i].inside) / values,
                                .width = intervals_[i].width / values,
                                .scaled_width = intervals_[i].scaled_width / values});
  }
  if (!quantiles.empty()) {
    const double centre = quantiles[static_cast<size_t>(settings_.model.centre)];
    if (centre != 0.5) metrics.name = fmt::format("model, quantile {}", centre);
    if (!has_median(settings_)) metrics.headline = Headline::pinball;
  }
  return metrics;
}

double ForecastComparison::value(int64_t row, int64_t target) const {
  return rows_.targets[static_cast<size_t>(row * settings_.model.targets() + target)];
}

void ForecastComparison::count_pinball(const double* forecast, double last, double seasonal,
                                       double actual, int64_t step, int64_t target, double scale) {
  const auto& quantiles = settings_.quantiles;
  double of_model = 0.0, of_naive = 0.0, of_seasonal = 0.0;
  for (size_t i = 0; i < quantiles.size(); ++i) {
    of_model += pinball_of(quantiles[i], actual - forecast[i]);
    of_naive += pinball_of(quantiles[i], actual - last);
    of_seasonal += pinball_of(quantiles[i], actual - seasonal);
  }
  const auto count = static_cast<double>(quantiles.size());
  const auto add = [&](Counters& counters, int64_t at) {
    counters.model.add_pinball(at, target, of_model / count, scale);
    counters.naive.add_pinball(at, target, of_naive / count, scale);
    counters.seasonal.add_pinball(at, target, of_seasonal / count, scale);
  };
  add(all_, step);
  if (has_many_) add(series_, 0);
}

// The outermost quantiles make the first interval, the next ones the second, and so on.
void ForecastComparison::count_intervals(const double* forecast, double actual, double scale) {
  ++values_;
  for (size_t i = 0; i < intervals_.size(); ++i) {
    const double low = forecast[i], high = forecast[settings_.quantiles.size() - 1 - i];
    if (low <= actual && actual <= high) ++intervals_[i].inside;
    intervals_[i].width += high - low;
    intervals_[i].scaled_width += (high - low) / scale;
  }
}

}  // namespace mnemo
