#include "app/tasks/forecast/forecast_comparison.h"

#include <fmt/format.h>

namespace mnemo {
namespace {

std::vector<TargetScale> scales_of(const ForecastSettings& settings) {
  std::vector<TargetScale> scales;
  for (size_t i = 0; i < settings.targets.size(); ++i) {
    scales.push_back({.name = settings.targets[i],
                      .scale = settings.target_scaling[i].scale,
                      .seasonal_error = settings.seasonal_error[i]});
  }
  return scales;
}

}  // namespace

ForecastComparison::ForecastComparison(const ForecastSettings& settings, const ForecastRows& rows)
    : settings_(settings),
      rows_(rows),
      model_(scales_of(settings), settings.model.horizon),
      naive_(model_),
      seasonal_(model_),
      inside_(settings.quantiles.size() / 2, 0) {}

void ForecastComparison::add(const Forecasts& forecasts, int64_t index, int64_t origin,
                             int64_t series_begin) {
  for (int64_t step = 0; step < forecasts.horizon; ++step) {
    for (int64_t target = 0; target < forecasts.targets; ++target) {
      const double actual = value(origin + step, target);
      const double* forecast = forecasts.at(index, step, target);
      const double last = value(origin - 1, target);
      // The same place in the latest season that is over at the origin.
      const int64_t before = origin - settings_.season + step % settings_.season;
      model_.add(step, target, forecast[settings_.model.centre * (forecasts.outputs > 1)], actual);
      naive_.add(step, target, last, actual);
      seasonal_.add(step, target, before >= series_begin ? value(before, target) : last, actual);
      count_intervals(forecast, actual);
    }
  }
  ++windows_;
}

ForecastMetrics ForecastComparison::metrics() const {
  ForecastMetrics metrics;
  metrics.n = windows_;
  metrics.season = settings_.season;
  metrics.model = model_.overall();
  metrics.naive = naive_.overall();
  metrics.seasonal_naive = seasonal_.overall();
  for (int64_t step = 0; step < settings_.model.horizon; ++step) {
    metrics.by_step.push_back(model_.of_step(step));
  }
  metrics.targets = settings_.targets;
  for (int64_t target = 0; target < settings_.model.targets(); ++target) {
    metrics.by_target.push_back(model_.of_target(target));
  }
  const auto& quantiles = settings_.quantiles;
  for (size_t i = 0; i < inside_.size(); ++i) {
    metrics.coverage.push_back(
        {.low = quantiles[i],
         .high = quantiles[quantiles.size() - 1 - i],
         .share = static_cast<double>(inside_[i]) / static_cast<double>(values_)});
  }
  if (!quantiles.empty()) {
    const double centre = quantiles[static_cast<size_t>(settings_.model.centre)];
    if (centre != 0.5) metrics.name = fmt::format("model, quantile {}", centre);
  }
  return metrics;
}

double ForecastComparison::value(int64_t row, int64_t target) const {
  return rows_.targets[static_cast<size_t>(row * settings_.model.targets() + target)];
}

// The outermost quantiles make the first interval, the next ones the second, and so on.
void ForecastComparison::count_intervals(const double* forecast, double actual) {
  ++values_;
  for (size_t i = 0; i < inside_.size(); ++i) {
    const double low = forecast[i], high = forecast[settings_.quantiles.size() - 1 - i];
    if (low <= actual && actual <= high) ++inside_[i];
  }
}

}  // namespace mnemo
