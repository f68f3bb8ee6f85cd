#include "app/report/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "app/metrics/classification_metrics.h"
#include "app/metrics/regression_metrics.h"
#include "app/support/enum_names.h"
#include "app/tasks/forecast/forecast_comparison.h"
#include "datasets/text_reader.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr size_t kMistakeBytes = 600;
constexpr size_t kMostCurves = 8;      // labels that get one
constexpr int64_t kMostConfused = 40;  // labels that a confusion matrix is shown for
constexpr int64_t kMostPoints = 1000;  // of a chart
constexpr size_t kMostTargets = 8;     // that are shown

std::string shortened(std::string text) {
  if (text.size() <= kMistakeBytes) return text;
  text.resize(kMistakeBytes);
  replace_invalid_utf8(text);  // the cut may have halved a character
  return text + " …";
}

// The labels with the most rows, in label order.
std::vector<int64_t> frequent_labels(const ScoredRows& rows, int64_t labels) {
  std::vector<int64_t> counts(static_cast<size_t>(labels)), order(static_cast<size_t>(labels));
  for (const int32_t truth : rows.truths) ++counts[static_cast<size_t>(truth)];
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](int64_t label) { return counts[static_cast<size_t>(label)]; });
  order.resize(std::min(order.size(), kMostCurves));
  std::ranges::sort(order);
  return order;
}

nlohmann::json curves_of(const ScoredRows& rows, const LabelSet& labels) {
  auto curves = nlohmann::json::array();
  for (const int64_t label : frequent_labels(rows, labels.size())) {
    auto curve = precision_recall(rows, label);
    if (curve.recall.empty()) continue;
    curves.push_back({{"label", labels.name(label)},
                      {"recall", std::move(curve.recall)},
                      {"precision", std::move(curve.precision)},
                      {"average_precision", curve.average_precision}});
  }
  return curves;
}

ClassificationMetrics metrics_of(const ScoredRows& rows, const LabelSet& labels) {
  ClassificationCounter counter(labels);
  for (int64_t i = 0; i < rows.size(); ++i) {
    counter.add(rows.truths[static_cast<size_t>(i)], rows.row(i));
  }
  return counter.metrics();
}

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

}  // namespace

std::vector<int64_t> rows_to_answer(int64_t rows) {
  const int64_t count = std::min(rows, kMostAnswers);
  std::vector<int64_t> chosen;
  for (int64_t i = 0; i < count; ++i) chosen.push_back(i * rows / count);
  return chosen;
}

nlohmann::json classification_answers(const ScoredRows& rows, const LabelSet& labels,
                                      const std::string& part,
                                      const std::function<std::string(int64_t)>& sample) {
  if (labels.size() > kMostLabels) {
    throw Error(fmt::format("a report shows the answers of up to {} labels, and there are {}",
                            kMostLabels, labels.size()));
  }
  nlohmann::json answers = to_json(metrics_of(rows, labels));
  answers["kind"] = "classes";
  answers["part"] = part;
  answers["labels"] = labels.names();
  if (labels.size() > kMostConfused) answers.erase("confusion");
  answers["curves"] = curves_of(rows, labels);
  const auto bins = reliability(rows);
  for (const auto& bin : bins) {
    answers["reliability"].push_back(
        {{"count", bin.count}, {"confidence", bin.confidence}, {"accuracy", bin.accuracy}});
  }
  answers["calibration_error"] = calibration_error(bins);
  answers["mistakes"] = nlohmann::json::array();
  for (const int64_t i : confident_mistakes(rows, kMistakes)) {
    const auto probabilities = rows.row(i);
    const auto best = std::ranges::max_element(probabilities);
    answers["mistakes"].push_back({{"label", labels.name(rows.truths[static_cast<size_t>(i)])},
                                   {"answer", labels.name(best - probabilities.begin())},
                                   {"probability", *best},
                                   {"text", shortened(sample(i))}});
  }
  return answers;
}

nlohmann::json number_answers(std::span<const float> predicted, std::span<const double> actual,
                              const std::vector<std::string>& targets, const std::string& part) {
  const size_t width = targets.size(), samples = predicted.size() / width;
  nlohmann::json answers = to_json(regression_metrics(predicted, actual, std::ssize(targets)));
  answers["kind"] = "numbers";
  answers["part"] = part;
  answers["targets"] = nlohmann::json::array();
  const size_t count = std::min(samples, static_cast<size_t>(kMostPoints));
  for (size_t target = 0; target < std::min(width, kMostTargets); ++target) {
    nlohmann::json points = {{"target", targets[target]}};
    for (size_t i = 0; i < count; ++i) {
      const size_t place = i * samples / count * width + target;
      points["predicted"].push_back(predicted[place]);
      points["actual"].push_back(actual[place]);
    }
    answers["targets"].push_back(std::move(points));
  }
  return answers;
}

nlohmann::json forecast_answers(ForecastPredictor& predictor, const NumberTable& table,
                                const ForecastRows& rows, const PartWindows& windows) {
  constexpr size_t kWindowsShownAtOnce = 1024;  // a bound on memory
  ForecastComparison comparison(predictor.settings, rows);
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
  for (const char* name : {"mse", "mae", "rmse", "smape", "scaled_mse"}) {
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

}  // namespace mnemo
