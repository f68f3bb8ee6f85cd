// mnemo evaluate of a forecaster: its errors, and those of the naive forecasts over the same
// windows.
#include <fmt/format.h>

#include <algorithm>

#include "app/cli/common_options.h"
#include "app/cli/evaluate.h"
#include "app/inference/forecast_predictor.h"
#include "app/reporting/forecast_metrics.h"

namespace mnemo {
namespace {

// Compares forecasts with what came, window by window.
class ForecastComparison {
 public:
  ForecastComparison(const ForecastSettings& settings, const ForecastRows& rows)
      : settings_(settings),
        rows_(rows),
        model_(scales_of(settings), settings.model.horizon),
        naive_(model_),
        seasonal_(model_),
        inside_(settings.quantiles.size() / 2, 0) {}

  // The `index`-th of `forecasts`, whose first forecast row is `origin`.
  void add(const Forecasts& forecasts, int64_t index, int64_t origin, int64_t series_begin) {
    for (int64_t step = 0; step < forecasts.horizon; ++step) {
      for (int64_t target = 0; target < forecasts.targets; ++target) {
        const double actual = value(origin + step, target);
        const double* forecast = forecasts.at(index, step, target);
        const double last = value(origin - 1, target);
        // The same place in the latest season that is over at the origin.
        const int64_t before = origin - settings_.season + step % settings_.season;
        model_.add(step, target, forecast[settings_.model.centre * (forecasts.outputs > 1)],
                   actual);
        naive_.add(step, target, last, actual);
        seasonal_.add(step, target, before >= series_begin ? value(before, target) : last, actual);
        count_intervals(forecast, actual);
      }
    }
    ++windows_;
  }

  ForecastMetrics metrics() const {
    ForecastMetrics metrics{.part = {},
                            .n = windows_,
                            .season = settings_.season,
                            .model = model_.overall(),
                            .naive = naive_.overall(),
                            .seasonal_naive = seasonal_.overall(),
                            .by_step = {},
                            .targets = settings_.targets,
                            .by_target = {},
                            .coverage = {}};
    for (int64_t step = 0; step < settings_.model.horizon; ++step) {
      metrics.by_step.push_back(model_.of_step(step));
    }
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
    return metrics;
  }

 private:
  static std::vector<TargetScale> scales_of(const ForecastSettings& settings) {
    std::vector<TargetScale> scales;
    for (size_t i = 0; i < settings.targets.size(); ++i) {
      scales.push_back({.name = settings.targets[i],
                        .scale = settings.target_scaling[i].scale,
                        .seasonal_error = settings.seasonal_error[i]});
    }
    return scales;
  }

  double value(int64_t row, int64_t target) const {
    return rows_.targets[static_cast<size_t>(row * settings_.model.targets() + target)];
  }

  // The outermost quantiles make the first interval, the next ones the second, and so on.
  void count_intervals(const double* forecast, double actual) {
    ++values_;
    for (size_t i = 0; i < inside_.size(); ++i) {
      const double low = forecast[i], high = forecast[settings_.quantiles.size() - 1 - i];
      if (low <= actual && actual <= high) ++inside_[i];
    }
  }

  const ForecastSettings& settings_;
  const ForecastRows& rows_;
  ForecastErrorCounter model_, naive_, seasonal_;
  std::vector<int64_t> inside_;  // of each interval: values that lie in it
  int64_t values_ = 0, windows_ = 0;
};

}  // namespace

Evaluation evaluate_forecast(StoredModel model, const EvaluateOptions& options,
                             const OptionTable& option_table, Console& console) {
  constexpr size_t kWindowsAtOnce = 1024;  // a bound on memory
  const auto train_sha256 = model.meta.value("/data/train_file_sha256"_json_pointer, std::string());
  auto predictor = load_forecast_predictor(std::move(model), options.compute);
  const auto& settings = predictor.settings;
  const auto table =
      read_table_for(settings, table_options_for(option_table, options.table, settings.table),
                     options.data, [&](const std::string& text) { console.warn(text); });
  const auto windows = windows_of_part(table, settings, options.part, train_sha256, options.data);
  const auto rows = make_rows(table, settings);

  ForecastComparison comparison(settings, rows);
  const std::span<const int64_t> origins(windows.origins);
  for (size_t begin = 0; begin < origins.size(); begin += kWindowsAtOnce) {
    const auto some = origins.subspan(begin, std::min(kWindowsAtOnce, origins.size() - begin));
    const auto forecasts = forecast_windows(predictor, rows, some, [&](int64_t done) {
      console.progress(fmt::format("{} of {} windows forecast", static_cast<int64_t>(begin) + done,
                                   origins.size()));
    });
    for (size_t i = 0; i < some.size(); ++i) {
      comparison.add(forecasts, static_cast<int64_t>(i), some[i], windows.series_begins[begin + i]);
    }
  }
  console.end_progress();
  auto metrics = comparison.metrics();
  metrics.part = enum_name(windows.part);
  if (!settings.quantiles.empty()) {
    const double centre = settings.quantiles[static_cast<size_t>(settings.model.centre)];
    if (centre != 0.5) metrics.name = fmt::format("model, quantile {}", centre);
  }
  return {.text = to_text(metrics), .json = to_json(metrics)};
}

}  // namespace mnemo
