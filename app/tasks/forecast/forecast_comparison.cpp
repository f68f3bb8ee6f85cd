#include "app/tasks/forecast/forecast_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "datasets/scaler.h"
#include "datasets/season.h"

namespace mnemo {
namespace {

// Scales further apart than this make one squared error of all the error of the largest.
constexpr double kLikeScales = 10.0;

constexpr const char* kNaive2Key = "naive2";

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

// MAPE, sMAPE and MASE as means over series; `of_one` picks the errors of a series.
template <typename OfOne>
void average_over_series(const std::vector<SeriesErrors>& series, const OfOne& of_one,
                         ForecastErrors& errors) {
  SeriesMean mape, smape, mase;
  for (const auto& one : series) {
    const ForecastErrors& errors_of_one = of_one(one);
    mape.add(errors_of_one.mape);
    smape.add(errors_of_one.smape);
    mase.add(errors_of_one.mase);
  }
  errors.mape = mape.mean();
  errors.smape = smape.mean().value_or(0.0);
  errors.mase = mase.mean();
}

// How figures name a forecast by formula. Those of the run's own season have short keys.
Reference reference_of(const Classic& classic, const ForecastSettings& settings) {
  const bool is_seasonal = settings.season > 1;
  Reference reference{.key = {}, .name = name_of(classic), .in_words = name_of(classic)};
  switch (classic.method) {
    case ClassicMethod::naive:
      reference.key = "naive";
      reference.is_compared = true;
      return reference;
    case ClassicMethod::seasonal_naive:
      reference.key = "seasonal_naive";
      if (classic.season == settings.season) {
        reference.in_words = "seasonal naive";
        reference.is_shown = reference.is_compared = is_seasonal;
      } else {
        reference.key += fmt::format("_{}", classic.season);
      }
      return reference;
    case ClassicMethod::drift:
      reference.key = "drift";
      return reference;
    case ClassicMethod::naive2:
      reference.key = kNaive2Key;
      reference.is_shown = is_seasonal;
      return reference;
    case ClassicMethod::theta:
      reference.key = "theta";
      reference.is_compared = true;
      return reference;
    case ClassicMethod::smoothing:
      reference.key = "ets";
      reference.is_compared = true;
      return reference;
  }
  return reference;
}

// Fills in OWA where Naive2 is among the references.
void weigh(ForecastErrors& model, std::vector<ForecastErrors>& references,
           const std::vector<Reference>& names) {
  const auto found = std::ranges::find(names, kNaive2Key, &Reference::key);
  if (found == names.end()) return;
  const ForecastErrors naive2 = references[static_cast<size_t>(found - names.begin())];
  model.owa = overall_weighted_average(model, naive2);
  for (auto& errors : references) errors.owa = overall_weighted_average(errors, naive2);
}

std::vector<ForecastErrors> overall_of(const std::vector<ForecastErrorCounter>& counters) {
  std::vector<ForecastErrors> errors;
  for (const auto& counter : counters) errors.push_back(counter.overall());
  return errors;
}

}  // namespace

std::vector<Classic> usual_classics(const ForecastSettings& settings) {
  return {{ClassicMethod::naive, 1},
          {ClassicMethod::seasonal_naive, settings.season},
          {ClassicMethod::naive2, settings.season}};
}

std::vector<Classic> all_classics(const ForecastSettings& settings) {
  auto classics = usual_classics(settings);
  for (const int64_t season : likely_seasons(settings.step)) {
    if (season < 2 || season == settings.season) continue;
    classics.insert(classics.end() - 1, {ClassicMethod::seasonal_naive, season});
  }
  for (const auto method : {ClassicMethod::drift, ClassicMethod::theta, ClassicMethod::smoothing}) {
    classics.push_back({method, settings.season});
  }
  return classics;
}

ForecastComparison::ForecastComparison(const ForecastSettings& settings, const ForecastRows& rows,
                                       const NumberTable& table)
    : ForecastComparison(settings, rows, table, usual_classics(settings)) {}

ForecastComparison::ForecastComparison(const ForecastSettings& settings, const ForecastRows& rows,
                                       const NumberTable& table,
                                       const std::vector<Classic>& classics)
    : settings_(settings),
      rows_(rows),
      table_(table),
      classics_(classics),
      formula_says_(settings.targets.size()),
      has_many_(table.series.size() > 1 || !settings.series.names.empty()),
      all_(counters_of(scales_of(settings), settings.model.horizon)),
      series_(counters_of(scales_of(settings), 1)),
      own_(scales_of(settings)),
      intervals_(settings.quantiles.size() / 2) {
  for (const auto& classic : classics_) references_.push_back(reference_of(classic, settings));
  for (size_t i = 0; i < settings.series.names.size(); ++i) {
    known_series_.emplace(settings.series.names[i], i);
  }
}

ForecastComparison::Counters ForecastComparison::counters_of(
    const std::vector<TargetScale>& targets, int64_t horizon) const {
  const ForecastErrorCounter counter(targets, horizon);
  return {counter, {classics_.size(), counter}};
}

void ForecastComparison::add(const Forecasts& forecasts, int64_t index, int64_t origin,
                             int64_t series_begin) {
  if (series_begin != series_begin_) begin_series(origin, series_begin);
  forecast_by_formula(origin, series_begin);
  const int64_t centre = settings_.model.centre * (forecasts.outputs > 1);
  for (int64_t step = 0; step < forecasts.horizon; ++step) {
    for (int64_t target = 0; target < forecasts.targets; ++target) {
      const double actual = value(origin + step, target);
      const double* forecast = forecasts.at(index, step, target);
      const Place place{step, target};
      count(place, forecast[centre], actual);
      if (settings_.quantiles.empty()) continue;
      count_pinball(forecast, actual, place);
      count_intervals(forecast, actual, own_[static_cast<size_t>(target)].scale);
    }
  }
  ++windows_;
  if (has_many_) ++by_series_.back().windows;
}

void ForecastComparison::forecast_by_formula(int64_t origin, int64_t series_begin) {
  for (size_t target = 0; target < by_formula_.size(); ++target) {
    auto& formulas = by_formula_[target];
    for (int64_t row = series_begin + formulas.rows(); row < origin; ++row) {
      formulas.add(value(row, static_cast<int64_t>(target)));
    }
    formula_says_[target] = formulas.forecast(settings_.model.horizon);
  }
}

double ForecastComparison::reference(size_t which, const Place& place) const {
  const auto row = static_cast<int64_t>(which) * settings_.model.horizon + place.step;
  return formula_says_[static_cast<size_t>(place.target)][static_cast<size_t>(row)];
}

void ForecastComparison::count(const Place& place, double forecast, double actual) {
  const auto& own = own_[static_cast<size_t>(place.target)];
  const auto add = [&](ForecastErrorCounter& all, ForecastErrorCounter& series, double said) {
    if (!has_many_) {
      all.add(place.step, place.target, said, actual);
      return;
    }
    all.add(place.step, place.target, said, actual, own);
    series.add(0, place.target, said, actual, own);
  };
  add(all_.model, series_.model, forecast);
  for (size_t i = 0; i < classics_.size(); ++i) {
    add(all_.references[i], series_.references[i], reference(i, place));
  }
}

void ForecastComparison::begin_series(int64_t origin, int64_t series_begin) {
  series_begin_ = series_begin;
  by_formula_.assign(settings_.targets.size(), ClassicForecasts(classics_));
  if (has_many_) begin_measuring(origin, series_begin);
}

void ForecastComparison::begin_measuring(int64_t origin, int64_t series_begin) {
  finish_series();
  const auto& name = table_.series_at(series_begin).name;
  by_series_.emplace_back().name = name;
  for (int64_t target = 0; target < settings_.model.targets(); ++target) {
    const auto own = own_scale(name, target, series_begin, origin);
    own_[static_cast<size_t>(target)] = own;
    least_scale_ = largest_scale_ == 0.0 ? own.scale : std::min(least_scale_, own.scale);
    largest_scale_ = std::max(largest_scale_, own.scale);
  }
  series_ = counters_of(own_, 1);
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
  if (!by_series_.empty()) by_series_.back() = finished(by_series_.back());
}

SeriesErrors ForecastComparison::finished(SeriesErrors series) const {
  series.model = series_.model.overall();
  series.references = overall_of(series_.references);
  weigh(series.model, series.references, references_);
  return series;
}

void ForecastComparison::summarize_series(ForecastMetrics& metrics) const {
  metrics.by_series = by_series_;
  metrics.by_series.back() = finished(metrics.by_series.back());
  const auto of_model = [](const SeriesErrors& one) -> const auto& { return one.model; };
  average_over_series(metrics.by_series, of_model, metrics.model);
  for (size_t i = 0; i < references_.size(); ++i) {
    const auto of_one = [i](const SeriesErrors& one) -> const auto& { return one.references[i]; };
    average_over_series(metrics.by_series, of_one, metrics.reference_errors[i]);
  }
  metrics.is_pooled = largest_scale_ <= kLikeScales * least_scale_;
  metrics.counted.mase_targets = metrics.counted.targets;  // the series say what they leave out
  metrics.headline = metrics.is_pooled ? Headline::squared : Headline::mase;
}

ForecastErrors ForecastComparison::weighed(
    const std::function<ForecastErrors(const ForecastErrorCounter&)>& errors_of) const {
  auto errors = errors_of(all_.model);
  const auto naive2 = std::ranges::find(references_, kNaive2Key, &Reference::key);
  if (naive2 == references_.end()) return errors;
  const auto place = static_cast<size_t>(naive2 - references_.begin());
  errors.owa = overall_weighted_average(errors, errors_of(all_.references[place]));
  return errors;
}

ForecastMetrics ForecastComparison::metrics() const {
  ForecastMetrics metrics;
  metrics.n = windows_;
  metrics.season = settings_.season;
  metrics.model = all_.model.overall();
  metrics.references = references_;
  metrics.reference_errors = overall_of(all_.references);
  metrics.counted = all_.model.counted();
  if (!have_like_scales(settings_.target_scaling)) metrics.headline = Headline::scaled_squared;
  if (!by_series_.empty()) summarize_series(metrics);
  weigh(metrics.model, metrics.reference_errors, references_);
  for (int64_t step = 0; step < settings_.model.horizon; ++step) {
    metrics.by_step.push_back(
        weighed([step](const ForecastErrorCounter& counter) { return counter.of_step(step); }));
  }
  metrics.targets = settings_.targets;
  for (int64_t target = 0; target < settings_.model.targets(); ++target) {
    metrics.by_target.push_back(weighed(
        [target](const ForecastErrorCounter& counter) { return counter.of_target(target); }));
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

void ForecastComparison::count_pinball(const double* forecast, double actual, const Place& place) {
  const auto& quantiles = settings_.quantiles;
  const double scale = own_[static_cast<size_t>(place.target)].scale;
  const auto add = [&](ForecastErrorCounter& all, ForecastErrorCounter& series, const auto& said) {
    double loss = 0.0;
    for (size_t i = 0; i < quantiles.size(); ++i)
      loss += pinball_of(quantiles[i], actual - said(i));
    loss /= static_cast<double>(quantiles.size());
    all.add_pinball(place.step, place.target, loss, scale);
    if (has_many_) series.add_pinball(0, place.target, loss, scale);
  };
  add(all_.model, series_.model, [&](size_t quantile) { return forecast[quantile]; });
  for (size_t i = 0; i < classics_.size(); ++i) {
    const double said = reference(i, place);
    add(all_.references[i], series_.references[i], [&](size_t) { return said; });
  }
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
