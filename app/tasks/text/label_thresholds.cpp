#include "app/tasks/text/label_thresholds.h"

#include <algorithm>
#include <utility>

#include "app/tasks/text/text_settings.h"

namespace mnemo {
namespace {

using Scored = std::vector<std::pair<double, bool>>;  // probability, and whether it is so

double f1(int64_t hits, int64_t answered, int64_t truths) {
  const int64_t both = answered + truths;
  return both == 0 ? 0.0 : 2.0 * static_cast<double>(hits) / static_cast<double>(both);
}

Scored scored(const at::Tensor& probabilities, const at::Tensor& truths) {
  const auto numbers = probabilities.to(at::kDouble).flatten().contiguous();
  const auto known = truths.gt(0.5).flatten().contiguous();
  Scored rows;
  for (int64_t i = 0; i < numbers.numel(); ++i) {
    rows.emplace_back(numbers.const_data_ptr<double>()[i], known.const_data_ptr<bool>()[i]);
  }
  std::ranges::sort(rows, std::ranges::greater{}, &Scored::value_type::first);
  return rows;
}

double best_threshold(const Scored& rows) {
  const auto truths = std::ranges::count_if(rows, [](const auto& row) { return row.second; });
  int64_t hits = 0, usual_hits = 0, usual_answered = 0;
  for (const auto& [probability, is_so] : rows) {
    if (probability < kUsualThreshold) break;
    ++usual_answered;
    usual_hits += is_so ? 1 : 0;
  }
  double best = f1(usual_hits, usual_answered, truths), threshold = kUsualThreshold;
  for (size_t i = 0; i < rows.size(); ++i) {
    hits += rows[i].second ? 1 : 0;
    const bool is_last = i + 1 == rows.size();
    if (!is_last && rows[i + 1].first == rows[i].first) continue;
    const double found = f1(hits, static_cast<int64_t>(i + 1), truths);
    if (found <= best) continue;
    best = found;
    threshold = (rows[i].first + (is_last ? 0.0 : rows[i + 1].first)) / 2.0;
  }
  return threshold;
}

}  // namespace

std::vector<double> fit_thresholds(const at::Tensor& probabilities, const at::Tensor& truths) {
  const double shared = best_threshold(scored(probabilities, truths));
  std::vector<double> thresholds;
  for (int64_t label = 0; label < truths.size(1); ++label) {
    const auto rows = truths.select(1, label).sum().item<double>();
    const bool has_enough = rows >= static_cast<double>(kLeastRowsOfThreshold);
    thresholds.push_back(
        has_enough ? best_threshold(scored(probabilities.select(1, label), truths.select(1, label)))
                   : shared);
  }
  return thresholds;
}

}  // namespace mnemo
