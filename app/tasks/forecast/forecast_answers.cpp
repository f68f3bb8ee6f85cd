#include "app/tasks/forecast/forecast_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "app/metrics/answers.h"
#include "app/runs/stored_model.h"
#include "app/tasks/forecast/forecast_comparison.h"
#include "app/tasks/forecast/forecast_parts.h"
#include "app/tasks/forecast/forecast_predictor.h"

namespace mnemo {
namespace {

// One target's rows of the test span, each forecast once: windows a horizon apart.
nlohmann::json span_of(const ForecastPredictor& predictor, const NumberTable& table,
                       const ForecastRows& rows, std::span<const int64_t> origins,
                       int64_t series_begin, const Forecasts& forecasts, int64_t target) {
  const auto& settings = predictor.settings;
  const auto& quantiles = settings.quantiles;
  const bool intervals = quantiles.size() > 1;
  nlohmann::json span = {{"target", settings.targets[static_cast<size_t>(target)]},
                         {"time_name", table.times.empty() ? "row" : table.time_column}};
  for (const char* name : {"times", "actual", "predicted"}) span[name] = nlohmann::json::array();
  if (intervals) {
    span["low"] = span["high"] = nlohmann::json::array();
    span["low_quantile"] = quantiles.front();
    span["high_quantile"] = quantiles.back();
  }
  for (size_t window = 0; window < origins.size(); ++window) {
    for (int64_t step = 0; step < forecasts.horizon; ++step) {
      const int64_t row = origins[window] + step;
      const double* values = forecasts.at(static_cast<int64_t>(window), step, target);
      span["times"].push_back(
          table.times.empty()
              ? fmt::format("{}", row - series_begin + 1)
              : format_time(table.times[static_cast<size_t>(row)], table.time_format));
      span["actual"].push_back(rows.targets[static_cast<size_t>(row * forecasts.targets + target)]);
      span["predicted"].push_back(values[quantiles.empty() ? 0 : settings.model.centre]);
      if (!intervals) continue;
      span["low"].push_back(values[0]);
      span["high"].push_back(values[forecasts.outputs - 1]);
    }
  }
  return span;
}

// All windows of the first series of the part that are a horizon apart.
std::vector<int64_t> origins_side_by_side(const PartWindows& windows, int64_t horizon) {
  std::vector<int64_t> origins;
  for (size_t i = 0; i < windows.origins.size(); ++i) {
    if (windows.series_begins[i] != windows.series_begins.front()) break;
    if (origins.empty() || windows.origins[i] >= origins.back() + horizon) {
      origins.push_back(windows.origins[i]);
    }
  }
  return origins;
}

// In words; empty when it is everything.
std::string what_is_shown(const NumberTable& table, const PartWindows& windows, size_t shown,
                          size_t of, size_t targets) {
  std::string text;
  if (table.series.size() > 1) {
    const auto first =
        std::ranges::find(table.series, windows.series_begins.front(), &TableSeries::begin);
    text += fmt::format("Of {} series the first, {}. ", table.series.size(), first->name);
  }
  if (shown < of) text += fmt::format("The last {} of {} such forecasts. ", shown, of);
  if (targets > kMostTargets) {
    text += fmt::format("The first {} of {} targets. ", kMostTargets, targets);
  }
  return text;
}

nlohmann::json answers_on_windows(ForecastPredictor& predictor, const NumberTable& table,
                                  const ForecastRows& rows, const PartWindows& windows) {
  constexpr size_t kWindowsShownAtOnce = 1024;  // a bound on memory
  ForecastComparison comparison(predictor.settings, rows, table);
  const std::span<const int64_t> origins(windows.origins);
  for (size_t begin = 0; begin < origins.size(); begin += kWindowsShownAtOnce) {
    const auto some = origins.subspan(begin, std::min(kWindowsShownAtOnce, origins.size() - begin));
    const auto forecasts = forecast_windows(predictor, rows, some);
    for (size_t i = 0; i < some.size(); ++i) {
      comparison.add(forecasts, static_cast<int64_t>(i), some[i], windows.series_begins[begin + i]);
    }
  }
  auto metrics = comparison.metrics();
  metrics.part = enum_name(windows.part);
  auto json = to_json(metrics);
  json["model"] = {};
  for (const char* name : {"mse", "mae", "rmse", "smape", "mase", "scaled_mse"}) {
    json["model"][name] = json.at(name);
  }
  const int64_t horizon = predictor.settings.model.horizon;
  const auto side_by_side = origins_side_by_side(windows, horizon);
  const auto most = static_cast<size_t>(std::max<int64_t>(1, kMostPoints / horizon));
  const auto shown = std::span(side_by_side).last(std::min(most, side_by_side.size()));
  const auto forecasts = forecast_windows(predictor, rows, shown);
  auto spans = nlohmann::json::array();
  const auto targets = std::min(forecasts.targets, static_cast<int64_t>(kMostTargets));
  for (int64_t target = 0; target < targets; ++target) {
    spans.push_back(
        span_of(predictor, table, rows, shown, windows.series_begins.front(), forecasts, target));
  }
  return {{"kind", "forecast"},
          {"part", enum_name(windows.part) + std::string(" part")},
          {"metrics", std::move(json)},
          {"shown", what_is_shown(table, windows, shown.size(), side_by_side.size(),
                                  static_cast<size_t>(forecasts.targets))},
          {"spans", std::move(spans)}};
}

}  // namespace

nlohmann::json forecast_answers(const std::filesystem::path& run,
                                const TrainForecastOptions& options, const NumberTable& table,
                                const ForecastRows& rows, bool has_test_part) {
  auto predictor = load_forecast_predictor(open_model(run), in_fp32(options.compute));
  const auto part = has_test_part ? RequestedPart::test : RequestedPart::valid;
  const auto windows = windows_of_part(table, predictor.settings, part, {.sha256 = table.sha256},
                                       options.train_file, [](const std::string&) {});
  return answers_on_windows(predictor, table, rows, windows);
}

}  // namespace mnemo
