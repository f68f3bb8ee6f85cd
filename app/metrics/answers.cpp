#include "app/metrics/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "app/metrics/classification_metrics.h"
#include "app/metrics/label_metrics.h"
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

// The labels with the most rows, in label order. `truths`: the number of each row's label, or of
// all its labels.
std::vector<int64_t> frequent_labels(std::span<const int32_t> truths, int64_t labels) {
  std::vector<int64_t> counts(static_cast<size_t>(labels)), order(static_cast<size_t>(labels));
  for (const int32_t truth : truths) ++counts[static_cast<size_t>(truth)];
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](int64_t label) { return counts[static_cast<size_t>(label)]; });
  order.resize(std::min(order.size(), kMostCurves));
  std::ranges::sort(order);
  return order;
}

void add_curve(nlohmann::json& curves, const std::string& label, PrecisionRecall curve) {
  if (curve.recall.empty()) return;
  curves.push_back({{"label", label},
                    {"recall", std::move(curve.recall)},
                    {"precision", std::move(curve.precision)},
                    {"average_precision", curve.average_precision}});
}

nlohmann::json curves_of(const ScoredRows& rows, const LabelSet& labels) {
  auto curves = nlohmann::json::array();
  for (const int64_t label : frequent_labels(rows.truths, labels.size())) {
    add_curve(curves, labels.name(label), precision_recall(rows, label));
  }
  return curves;
}

// One label of many: 0 is the number of those rows that have it.
ScoredRows rows_of_label(std::span<const float> probabilities, const LabelLists& truths,
                         int64_t label, int64_t labels) {
  ScoredRows rows{.classes = 1, .truths = {}, .probabilities = {}};
  for (int64_t i = 0; i < truths.size(); ++i) {
    const auto own = truths.of(i);
    const bool has = std::ranges::find(own, static_cast<int32_t>(label)) != own.end();
    rows.truths.push_back(has ? 0 : -1);
    rows.probabilities.push_back(probabilities[static_cast<size_t>(i * labels + label)]);
  }
  return rows;
}

void require_few_labels(const LabelSet& labels) {
  if (labels.size() <= kMostLabels) return;
  throw Error(fmt::format("a report shows the answers of up to {} labels, and there are {}",
                          kMostLabels, labels.size()));
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
  require_few_labels(labels);
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

nlohmann::json label_answers(std::span<const float> probabilities, const LabelLists& truths,
                             const LabelSet& labels, const std::vector<double>& thresholds,
                             const std::string& part) {
  require_few_labels(labels);
  const auto width = static_cast<size_t>(labels.size());
  LabelCounter counter(labels, thresholds);
  for (int64_t i = 0; i < truths.size(); ++i) {
    counter.add(truths.of(i), 0, probabilities.subspan(static_cast<size_t>(i) * width, width));
  }
  nlohmann::json answers = to_json(counter.metrics());
  answers["kind"] = "labels";
  answers["part"] = part;
  answers["labels"] = labels.names();
  answers["curves"] = nlohmann::json::array();
  for (const int64_t label : frequent_labels(truths.numbers, labels.size())) {
    add_curve(answers["curves"], labels.name(label),
              precision_recall(rows_of_label(probabilities, truths, label, labels.size()), 0));
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
