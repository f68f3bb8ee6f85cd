#include "app/metrics/forecast_metrics.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mnemo {

std::optional<double> overall_weighted_average(const ForecastErrors& errors,
                                               const ForecastErrors& naive2) {
  if (!errors.mase || !naive2.mase || !(*naive2.mase > 0.0) || !(naive2.smape > 0.0)) return {};
  return (errors.smape / naive2.smape + *errors.mase / *naive2.mase) / 2.0;
}

const ForecastErrors* ForecastMetrics::errors_of(std::string_view key) const {
  const auto found = std::ranges::find(references, key, &Reference::key);
  if (found == references.end()) return nullptr;
  return &reference_errors[static_cast<size_t>(found - references.begin())];
}

ForecastErrorCounter::ForecastErrorCounter(std::vector<TargetScale> targets, int64_t horizon)
    : targets_(std::move(targets)),
      horizon_(horizon),
      sums_(targets_.size() * static_cast<size_t>(horizon)) {}

void ForecastErrorCounter::Sums::add(const Sums& other) {
  squared += other.squared;
  absolute += other.absolute;
  relative += other.relative;
  symmetric += other.symmetric;
  count += other.count;
  relative_count += other.relative_count;
  own_squared += other.own_squared;
  own_absolute += other.own_absolute;
  own_seasonal += other.own_seasonal;
  own_count += other.own_count;
  own_seasonal_count += other.own_seasonal_count;
  pinball += other.pinball;
  own_pinball += other.own_pinball;
  pinball_count += other.pinball_count;
}

const ForecastErrorCounter::Sums& ForecastErrorCounter::at(int64_t step, int64_t target) const {
  return sums_[static_cast<size_t>(step) * targets_.size() + static_cast<size_t>(target)];
}

void ForecastErrorCounter::add(int64_t step, int64_t target, double forecast, double actual) {
  const double error = std::abs(forecast - actual);
  Sums sums{.squared = error * error, .absolute = error, .count = 1};
  if (actual != 0.0) {
    sums.relative = error / std::abs(actual);
    sums.relative_count = 1;
  }
  const double size = std::abs(forecast) + std::abs(actual);
  if (size > 0.0) sums.symmetric = 2.0 * error / size;
  sums_[static_cast<size_t>(step) * targets_.size() + static_cast<size_t>(target)].add(sums);
}

void ForecastErrorCounter::add(int64_t step, int64_t target, double forecast, double actual,
                               const TargetScale& own) {
  add(step, target, forecast, actual);
  auto& sums = sums_[static_cast<size_t>(step) * targets_.size() + static_cast<size_t>(target)];
  const double error = std::abs(forecast - actual), scaled = error / own.scale;
  sums.own_squared += scaled * scaled;
  sums.own_absolute += scaled;
  ++sums.own_count;
  if (!(own.seasonal_error > 0.0)) return;
  sums.own_seasonal += error / own.seasonal_error;
  ++sums.own_seasonal_count;
}

void ForecastErrorCounter::add_pinball(int64_t step, int64_t target, double loss, double scale) {
  auto& sums = sums_[static_cast<size_t>(step) * targets_.size() + static_cast<size_t>(target)];
  sums.pinball += loss;
  sums.own_pinball += loss / scale;
  ++sums.pinball_count;
}

ForecastErrors ForecastErrorCounter::errors_of(std::span<const Sums> by_target) const {
  ForecastErrors errors;
  Sums all;
  double scaled_squared = 0.0, scaled_absolute = 0.0, mase = 0.0;
  int64_t mase_targets = 0;
  for (size_t i = 0; i < by_target.size(); ++i) {
    const auto& sums = by_target[i];
    if (sums.count == 0) continue;
    const auto& target = targets_[i];
    all.add(sums);
    if (sums.own_count > 0) {
      scaled_squared += sums.own_squared;
      scaled_absolute += sums.own_absolute;
    } else {
      scaled_squared += sums.squared / (target.scale * target.scale);
      scaled_absolute += sums.absolute / target.scale;
    }
    if (sums.own_seasonal_count > 0) {
      mase += sums.own_seasonal / static_cast<double>(sums.own_seasonal_count);
      ++mase_targets;
    } else if (sums.own_count == 0 && target.seasonal_error > 0.0) {
      mase += sums.absolute / static_cast<double>(sums.count) / target.seasonal_error;
      ++mase_targets;
    }
  }
  if (all.count == 0) return errors;
  const auto count = static_cast<double>(all.count);
  errors.mse = all.squared / count;
  errors.mae = all.absolute / count;
  errors.rmse = std::sqrt(errors.mse);
  if (all.relative_count > 0) {
    errors.mape = 100.0 * all.relative / static_cast<double>(all.relative_count);
  }
  errors.smape = 100.0 * all.symmetric / count;
  if (mase_targets > 0) errors.mase = mase / static_cast<double>(mase_targets);
  errors.scaled_mse = scaled_squared / count;
  errors.scaled_mae = scaled_absolute / count;
  if (all.pinball_count > 0) {
    errors.pinball = all.pinball / static_cast<double>(all.pinball_count);
    errors.scaled_pinball = all.own_pinball / static_cast<double>(all.pinball_count);
  }
  return errors;
}

std::vector<ForecastErrorCounter::Sums> ForecastErrorCounter::by_target() const {
  std::vector<Sums> by_target(targets_.size());
  for (size_t i = 0; i < sums_.size(); ++i) by_target[i % targets_.size()].add(sums_[i]);
  return by_target;
}

ForecastErrors ForecastErrorCounter::overall() const { return errors_of(by_target()); }

CountedValues ForecastErrorCounter::counted() const {
  CountedValues counted;
  const auto sums = by_target();
  for (size_t i = 0; i < sums.size(); ++i) {
    counted.values += sums[i].count;
    counted.mape_values += sums[i].relative_count;
    ++counted.targets;
    if (targets_[i].seasonal_error > 0.0) ++counted.mase_targets;
  }
  return counted;
}

ForecastErrors ForecastErrorCounter::of_step(int64_t step) const {
  return errors_of({&at(step, 0), targets_.size()});
}

ForecastErrors ForecastErrorCounter::of_target(int64_t target) const {
  std::vector<Sums> by_target(targets_.size());
  for (int64_t step = 0; step < horizon_; ++step) {
    by_target[static_cast<size_t>(target)].add(at(step, target));
  }
  return errors_of(by_target);
}

}  // namespace mnemo
