#include "app/metrics/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "app/metrics/classification_metrics.h"
#include "app/metrics/regression_metrics.h"
#include "datasets/text_reader.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr size_t kMistakeBytes = 600;
constexpr size_t kMostCurves = 8;      // labels that get one
constexpr int64_t kMostConfused = 40;  // labels that a confusion matrix is shown for

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

const char* part_name(bool holds_out) {
  return holds_out ? "validation part" : "training part (nothing was held out)";
}

}  // namespace mnemo
