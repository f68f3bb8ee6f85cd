#include "app/metrics/classification_curves.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace mnemo {
namespace {

struct Answer {
  int64_t label = 0;
  float probability = 0.0F;
};

Answer answer_of(std::span<const float> probabilities) {
  const auto best = std::ranges::max_element(probabilities);
  return {best - probabilities.begin(), *best};
}

}  // namespace

PrecisionRecall precision_recall(const ScoredRows& rows, int64_t label) {
  std::vector<std::pair<float, bool>> scored;  // probability, and whether the row has the label
  int64_t positives = 0;
  for (int64_t i = 0; i < rows.size(); ++i) {
    const bool is_label = rows.truths[static_cast<size_t>(i)] == label;
    scored.emplace_back(rows.row(i)[static_cast<size_t>(label)], is_label);
    positives += is_label ? 1 : 0;
  }
  PrecisionRecall curve;
  if (positives == 0) return curve;
  std::ranges::sort(scored, std::ranges::greater{}, [](const auto& row) { return row.first; });
  int64_t found = 0;
  double reached = 0.0;  // recall so far
  for (size_t i = 0; i < scored.size(); ++i) {
    found += scored[i].second ? 1 : 0;
    // Rows of one probability come under a threshold together.
    if (i + 1 < scored.size() && scored[i + 1].first == scored[i].first) continue;
    const double precision = static_cast<double>(found) / static_cast<double>(i + 1);
    const double recall = static_cast<double>(found) / static_cast<double>(positives);
    curve.average_precision += precision * (recall - reached);
    reached = recall;
    while (static_cast<int>(curve.recall.size()) < kRecalls) {
      const double wanted = static_cast<double>(curve.recall.size()) / (kRecalls - 1);
      if (wanted > recall + 1e-12) break;
      curve.recall.push_back(wanted);
      curve.precision.push_back(precision);
    }
  }
  return curve;
}

std::vector<ReliabilityBin> reliability(const ScoredRows& rows) {
  constexpr int kBins = 10;
  std::array<ReliabilityBin, kBins> bins;
  for (int64_t i = 0; i < rows.size(); ++i) {
    const auto answer = answer_of(rows.row(i));
    auto& bin = bins[static_cast<size_t>(
        std::clamp(static_cast<int>(answer.probability * kBins), 0, kBins - 1))];
    ++bin.count;
    bin.confidence += answer.probability;
    bin.accuracy += answer.label == rows.truths[static_cast<size_t>(i)] ? 1.0 : 0.0;
  }
  std::vector<ReliabilityBin> filled;
  for (auto bin : bins) {
    if (bin.count == 0) continue;
    bin.confidence /= static_cast<double>(bin.count);
    bin.accuracy /= static_cast<double>(bin.count);
    filled.push_back(bin);
  }
  return filled;
}

double calibration_error(std::span<const ReliabilityBin> bins) {
  double sum = 0.0;
  int64_t rows = 0;
  for (const auto& bin : bins) {
    sum += std::abs(bin.accuracy - bin.confidence) * static_cast<double>(bin.count);
    rows += bin.count;
  }
  return rows == 0 ? 0.0 : sum / static_cast<double>(rows);
}

std::vector<int64_t> confident_mistakes(const ScoredRows& rows, int64_t most) {
  std::vector<std::pair<float, int64_t>> wrong;
  for (int64_t i = 0; i < rows.size(); ++i) {
    const auto answer = answer_of(rows.row(i));
    if (answer.label != rows.truths[static_cast<size_t>(i)])
      wrong.emplace_back(answer.probability, i);
  }
  std::ranges::stable_sort(wrong, std::ranges::greater{},
                           [](const auto& row) { return row.first; });
  std::vector<int64_t> rows_found;
  for (const auto& [probability, row] : wrong) {
    if (std::ssize(rows_found) < most) rows_found.push_back(row);
  }
  return rows_found;
}

}  // namespace mnemo
