#include "app/metrics/label_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

namespace mnemo {
namespace {

double share(int64_t part, int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

ClassMetrics figures_of(std::string label, int64_t hits, int64_t answered, int64_t support) {
  return {.label = std::move(label),
          .precision = share(hits, answered),
          .recall = share(hits, support),
          .f1 = share(2 * hits, support + answered),
          .support = support};
}

// A probability that rounded to 0 costs what the smallest fp32 number would, not infinity.
double cost_of(double probability) {
  return -std::log(std::max(probability, double{std::numeric_limits<float>::min()}));
}

}  // namespace

LabelCounter::LabelCounter(const LabelSet& labels, std::vector<double> thresholds)
    : labels_(labels),
      thresholds_(std::move(thresholds)),
      hits_(static_cast<size_t>(labels.size()), 0),
      answered_(hits_),
      support_(hits_) {}

void LabelCounter::add(std::span<const int32_t> truths, int64_t unknown,
                       std::span<const float> probabilities) {
  double loss = 0.0;
  int64_t wrong = 0;
  for (size_t label = 0; label < probabilities.size(); ++label) {
    const bool has = std::ranges::find(truths, static_cast<int32_t>(label)) != truths.end();
    const double probability = probabilities[label];
    const bool is_answered = probability >= thresholds_[label];
    loss += cost_of(has ? probability : 1.0 - probability);
    support_[label] += has ? 1 : 0;
    answered_[label] += is_answered ? 1 : 0;
    hits_[label] += has && is_answered ? 1 : 0;
    wrong += has == is_answered ? 0 : 1;
  }
  loss_sum_ += loss / static_cast<double>(probabilities.size());
  ++rows_;
  right_rows_ += wrong == 0 && unknown == 0 ? 1 : 0;
  wrong_labels_ += wrong;
  unknown_ += unknown;
  rows_with_unknown_ += unknown > 0 ? 1 : 0;
}

LabelMetrics LabelCounter::metrics(int64_t unknown_names) const {
  LabelMetrics result;
  result.n = rows_;
  int64_t hits = 0, answered = 0, support = unknown_, met = unknown_names;
  for (size_t label = 0; label < hits_.size(); ++label) {
    const auto figures = figures_of(labels_.name(static_cast<int64_t>(label)), hits_[label],
                                    answered_[label], support_[label]);
    result.labels.push_back({.figures = figures, .threshold = thresholds_[label]});
    result.macro_precision += figures.precision;
    result.macro_recall += figures.recall;
    result.macro_f1 += figures.f1;
    met += answered_[label] + support_[label] > 0 ? 1 : 0;
    hits += hits_[label];
    answered += answered_[label];
    support += support_[label];
  }
  for (double* mean : {&result.macro_precision, &result.macro_recall, &result.macro_f1}) {
    if (met > 0) *mean /= static_cast<double>(met);
  }
  if (rows_ > 0) result.loss = loss_sum_ / static_cast<double>(rows_);
  result.accuracy = share(right_rows_, rows_);
  result.accuracy_interval = wilson_interval(right_rows_, rows_);
  result.hamming_loss = share(wrong_labels_, rows_ * std::ssize(hits_));
  const auto micro = figures_of("", hits, answered, support);
  result.micro_precision = micro.precision;
  result.micro_recall = micro.recall;
  result.micro_f1 = micro.f1;
  return result;
}

nlohmann::json to_json(const LabelMetrics& metrics) {
  auto labels = nlohmann::json::array();
  for (const auto& [figures, threshold] : metrics.labels) {
    labels.push_back({{"label", figures.label},
                      {"threshold", threshold},
                      {"precision", figures.precision},
                      {"recall", figures.recall},
                      {"f1", figures.f1},
                      {"support", figures.support}});
  }
  return {{"n", metrics.n},
          {"loss", metrics.loss ? nlohmann::json(*metrics.loss) : nlohmann::json()},
          {"accuracy", metrics.accuracy},
          {"accuracy_interval", {metrics.accuracy_interval.low, metrics.accuracy_interval.high}},
          {"hamming_loss", metrics.hamming_loss},
          {"micro_precision", metrics.micro_precision},
          {"micro_recall", metrics.micro_recall},
          {"micro_f1", metrics.micro_f1},
          {"macro_precision", metrics.macro_precision},
          {"macro_recall", metrics.macro_recall},
          {"macro_f1", metrics.macro_f1},
          {"classes", std::move(labels)}};
}

std::string to_text(const LabelMetrics& metrics) {
  std::string text = fmt::format(
      "micro F1  {:.4f}   precision {:.4f}, recall {:.4f}\n"
      "macro F1  {:.4f}   precision {:.4f}, recall {:.4f}\n"
      "all right {:.4f}   95% interval {:.4f} to {:.4f}, n = {}\n"
      "hamming   {:.4f}\nloss      {}\n\n",
      metrics.micro_f1, metrics.micro_precision, metrics.micro_recall, metrics.macro_f1,
      metrics.macro_precision, metrics.macro_recall, metrics.accuracy,
      metrics.accuracy_interval.low, metrics.accuracy_interval.high, metrics.n,
      metrics.hamming_loss, metrics.loss ? fmt::format("{:.4f}", *metrics.loss) : "-");
  text += fmt::format("{:<16} precision   recall       F1  support  threshold\n", "label");
  for (const auto& [figures, threshold] : metrics.labels) {
    text += fmt::format("{:<16} {:9.4f} {:8.4f} {:8.4f} {:8} {:10.3f}\n", figures.label,
                        figures.precision, figures.recall, figures.f1, figures.support, threshold);
  }
  return text;
}

}  // namespace mnemo
