#include "app/metrics/classification_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

namespace mnemo {
namespace {

double ratio(int64_t part, int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

// Columns as wide as a terminal shows them: a Chinese character takes two cells, a combining mark
// none. fmt's own width counts what is needed here.
std::string padded(const std::string& label, int width) {
  return fmt::format("{:<{}}", label, width);
}

}  // namespace

ClassificationCounter::ClassificationCounter(const LabelSet& labels)
    : labels_(labels),
      confusion_(static_cast<size_t>(labels.size()),
                 std::vector<int64_t>(static_cast<size_t>(labels.size()), 0)),
      predicted_(static_cast<size_t>(labels.size()), 0) {}

void ClassificationCounter::add(std::optional<int64_t> truth,
                                std::span<const float> probabilities) {
  const auto answer =
      static_cast<size_t>(std::ranges::max_element(probabilities) - probabilities.begin());
  ++predicted_[answer];
  if (!truth) {
    ++unknown_;
    return;
  }
  const auto label = static_cast<size_t>(*truth);
  ++confusion_[label][answer];
  // A probability that rounded to 0 costs what the smallest fp32 number would, not infinity.
  const auto probability = std::max(static_cast<double>(probabilities[label]),
                                    static_cast<double>(std::numeric_limits<float>::min()));
  loss_sum_ -= std::log(probability);
}

ClassificationMetrics ClassificationCounter::metrics(int64_t unknown_names) const {
  ClassificationMetrics result;
  int64_t correct = 0, known = 0, met = unknown_names;
  for (size_t c = 0; c < confusion_.size(); ++c) {
    const int64_t support = std::accumulate(confusion_[c].begin(), confusion_[c].end(), int64_t{0});
    const int64_t hits = confusion_[c][c];
    result.classes.push_back({.label = labels_.name(static_cast<int64_t>(c)),
                              .precision = ratio(hits, predicted_[c]),
                              .recall = ratio(hits, support),
                              .f1 = ratio(2 * hits, support + predicted_[c]),
                              .support = support});
    result.macro_precision += result.classes.back().precision;
    result.macro_recall += result.classes.back().recall;
    result.macro_f1 += result.classes.back().f1;
    met += support + predicted_[c] > 0 ? 1 : 0;
    correct += hits;
    known += support;
  }
  result.n = known + unknown_;
  for (double* mean : {&result.macro_precision, &result.macro_recall, &result.macro_f1}) {
    if (met > 0) *mean /= static_cast<double>(met);
  }
  if (known > 0) result.loss = loss_sum_ / static_cast<double>(known);
  result.accuracy = ratio(correct, result.n);
  result.accuracy_interval = wilson_interval(correct, result.n);
  result.confusion = confusion_;
  return result;
}

Interval wilson_interval(int64_t successes, int64_t n) {
  if (n == 0) return {0.0, 1.0};
  constexpr double z = 1.959963984540054;  // 97.5% quantile of the normal distribution
  const double count = static_cast<double>(n), share = static_cast<double>(successes) / count;
  const double scale = 1.0 + z * z / count;
  const double centre = (share + z * z / (2.0 * count)) / scale;
  const double half =
      z * std::sqrt(share * (1.0 - share) / count + z * z / (4.0 * count * count)) / scale;
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

nlohmann::json to_json(const ClassificationMetrics& metrics) {
  auto classes = nlohmann::json::array();
  for (const auto& item : metrics.classes) {
    classes.push_back({{"label", item.label},
                       {"precision", item.precision},
                       {"recall", item.recall},
                       {"f1", item.f1},
                       {"support", item.support}});
  }
  return {{"n", metrics.n},
          {"loss", metrics.loss ? nlohmann::json(*metrics.loss) : nlohmann::json()},
          {"accuracy", metrics.accuracy},
          {"accuracy_interval", {metrics.accuracy_interval.low, metrics.accuracy_interval.high}},
          {"macro_precision", metrics.macro_precision},
          {"macro_recall", metrics.macro_recall},
          {"macro_f1", metrics.macro_f1},
          {"classes", std::move(classes)},
          {"confusion", metrics.confusion}};
}

std::string to_text(const ClassificationMetrics& metrics) {
  std::string text = fmt::format(
      "accuracy  {:.4f}   95% interval {:.4f} to {:.4f}, n = {}\nmacro F1  {:.4f}\nloss      "
      "{}\n\n",
      metrics.accuracy, metrics.accuracy_interval.low, metrics.accuracy_interval.high, metrics.n,
      metrics.macro_f1, metrics.loss ? fmt::format("{:.4f}", *metrics.loss) : "-");
  text += fmt::format("{} precision   recall       F1  support\n", padded("label", 16));
  for (const auto& item : metrics.classes) {
    text += fmt::format("{} {:9.4f} {:8.4f} {:8.4f} {:8}\n", padded(item.label, 16), item.precision,
                        item.recall, item.f1, item.support);
  }
  text += "\nconfusion (rows: true label, columns: predicted, in the order above)\n";
  for (size_t i = 0; i < metrics.confusion.size(); ++i) {
    text += padded(metrics.classes[i].label, 16);
    for (const int64_t count : metrics.confusion[i]) text += fmt::format(" {:8}", count);
    text += "\n";
  }
  return text;
}

}  // namespace mnemo
