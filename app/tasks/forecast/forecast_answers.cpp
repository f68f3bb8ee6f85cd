#include "app/tasks/forecast/forecast_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/metrics/answers.h"
#include "app/runs/stored_model.h"
#include "app/tasks/forecast/backtest.h"
#include "app/tasks/forecast/forecast_comparison.h"
#include "app/tasks/forecast/forecast_parts.h"
#include "app/tasks/forecast/forecast_predictor.h"
#include "app/tasks/forecast/forecast_windows.h"

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

// The windows of one series of the part.
struct SeriesWindows {
  std::string name;
  int64_t begin = 0;
  std::vector<int64_t> origins;  // a horizon apart
  std::optional<double> mase = {};
};

std::vector<SeriesWindows> windows_of_series(const NumberTable& table, const PartWindows& windows,
                                             int64_t horizon) {
  const auto apart = strided(windows, horizon);
  std::vector<SeriesWindows> series;
  for (size_t i = 0; i < apart.origins.size(); ++i) {
    const int64_t begin = apart.series_begins[i];
    if (series.empty() || series.back().begin != begin) {
      series.push_back({.name = table.series_at(begin).name, .begin = begin, .origins = {}});
    }
    series.back().origins.push_back(apart.origins[i]);
  }
  return series;
}

// Picks the series that a report shows: the worst by MASE, the best, the second worst and so on;
// those whose MASE is undefined are left to the end.
std::vector<SeriesWindows> series_to_show(std::vector<SeriesWindows> series,
                                          const std::vector<SeriesErrors>& errors, size_t most) {
  if (errors.empty()) return series;
  for (size_t i = 0; i < series.size(); ++i) series[i].mase = errors[i].model.mase;
  std::ranges::stable_sort(series, [](const SeriesWindows& one, const SeriesWindows& other) {
    return one.mase.value_or(-1.0) > other.mase.value_or(-1.0);
  });
  const auto defined =
      std::ranges::count_if(series, [](const auto& one) { return one.mase.has_value(); });
  std::vector<SeriesWindows> shown;
  for (size_t i = 0; i < std::min(most, series.size()); ++i) {
    const bool has_mase = std::cmp_less(i, defined);
    const size_t best = static_cast<size_t>(defined) - 1 - i / 2;
    shown.push_back(series[has_mase && i % 2 == 1 ? best : has_mase ? i / 2 : i]);
  }
  return shown;
}

// In words; empty when it is everything.
std::string what_is_shown(size_t shown, size_t of) {
  return shown < of ? fmt::format("The last {} of {} such forecasts. ", shown, of) : "";
}

// Charts of the series and targets that are shown.
nlohmann::json spans_of(const ForecastPredictor& predictor, const NumberTable& table,
                        const ForecastRows& rows, const std::vector<SeriesWindows>& series,
                        int64_t most_points) {
  const int64_t horizon = predictor.settings.model.horizon;
  const auto most = static_cast<size_t>(std::max<int64_t>(1, most_points / horizon));
  auto spans = nlohmann::json::array();
  for (const auto& one : series) {
    const auto shown = std::span(one.origins).last(std::min(most, one.origins.size()));
    const auto forecasts = forecast_windows(predictor, rows, shown);
    const auto targets = std::min(forecasts.targets, static_cast<int64_t>(kMostTargets));
    for (int64_t target = 0; target < targets; ++target) {
      auto span = span_of(predictor, table, rows, shown, one.begin, forecasts, target);
      span["shown"] = what_is_shown(shown.size(), one.origins.size());
      if (table.series.size() > 1) {
        span["series"] = one.name;
        span["mase"] = one.mase ? nlohmann::json(*one.mase) : nlohmann::json(nullptr);
      }
      spans.push_back(std::move(span));
    }
  }
  return spans;
}

// Which of the series and targets the charts are of; empty when it is all.
std::string what_is_chosen(size_t shown, size_t of, size_t targets) {
  std::string text;
  if (shown < of) {
    text += fmt::format("Of {} series {}, the worst and the best by MASE. ", of, shown);
  }
  if (targets > kMostTargets) {
    text += fmt::format("The first {} of {} targets. ", kMostTargets, targets);
  }
  return text;
}

nlohmann::json answers_on_windows(const ForecastPredictor& predictor, const NumberTable& table,
                                  const ForecastRows& rows, const PartWindows& windows) {
  constexpr size_t kMostSpans = 24;
  constexpr int64_t kPointsOfSeries = 250;  // where there are several
  const auto& settings = predictor.settings;
  ForecastComparison comparison(settings, rows, table);
  roll(predictor, table, rows, windows, [&](const RolledForecast& one) {
    comparison.add(one.forecasts, one.index, one.origin, one.series.begin);
  });
  auto metrics = comparison.metrics();
  metrics.part = enum_name(windows.part);
  auto figures = to_json(metrics);
  figures["model"] = {};
  for (const char* name : {"mse", "mae", "rmse", "smape", "mase", "owa", "scaled_mse"}) {
    figures["model"][name] = figures.at(name);
  }
  const auto all = windows_of_series(table, windows, settings.model.horizon);
  const size_t targets = std::min(settings.targets.size(), kMostTargets);
  const auto shown = series_to_show(all, metrics.by_series, kMostSpans / targets);
  const auto spans =
      spans_of(predictor, table, rows, shown, all.size() > 1 ? kPointsOfSeries : kMostPoints);
  return {{"kind", "forecast"},
          {"part", enum_name(windows.part) + std::string(" part")},
          {"metrics", std::move(figures)},
          {"shown", what_is_chosen(shown.size(), all.size(), settings.targets.size())},
          {"spans", spans}};
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
