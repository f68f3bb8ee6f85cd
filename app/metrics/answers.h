// The answers of a finished run, for its report: evaluation.json of the run folder. The answers of
// forecasts are in tasks/forecast.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "app/metrics/classification_curves.h"
#include "datasets/label_lists.h"
#include "datasets/labels.h"

namespace mnemo {

// `part`: which rows they are, in words. `sample`: what row i was, to be shown of mistakes. Throws
// Error for more than kMostLabels labels, each of which all others are counted against.
inline constexpr int64_t kMostLabels = 1000;
nlohmann::json classification_answers(const ScoredRows& rows, const LabelSet& labels,
                                      const std::string& part,
                                      const std::function<std::string(int64_t)>& sample);

// The same of rows with any number of labels each: `probabilities` (rows, labels). No matrix says
// which label was taken for which.
nlohmann::json label_answers(std::span<const float> probabilities, const LabelLists& truths,
                             const LabelSet& labels, const std::vector<double>& thresholds,
                             const std::string& part);

// (samples, targets) each.
nlohmann::json number_answers(std::span<const float> predicted, std::span<const double> actual,
                              const std::vector<std::string>& targets, const std::string& part);

// A report shows at most so many of them: points of a chart, targets, mistakes.
inline constexpr int64_t kMostPoints = 1000;
inline constexpr size_t kMostTargets = 8;
inline constexpr int64_t kMistakes = 20;

// Rows of a part that are looked at for a report: all, or of many `kMostAnswers` evenly spread.
inline constexpr int64_t kMostAnswers = 20'000;
std::vector<int64_t> rows_to_answer(int64_t rows);

// The part that these rows are, in words; `holds_out`: whether they did not train the model.
const char* part_name(bool holds_out);

}  // namespace mnemo
