// What a finished run answers, for its report: evaluation.json of the run folder.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "app/metrics/classification_curves.h"
#include "app/tasks/forecast/forecast_parts.h"
#include "app/tasks/forecast/forecast_predictor.h"
#include "app/tasks/forecast/forecast_rows.h"
#include "datasets/labels.h"
#include "datasets/number_table.h"

namespace mnemo {

// `part`: which rows they are, in words. `sample`: what row i was, to be shown of mistakes. Throws
// Error for more than kMostLabels labels, each of which all others are counted against.
inline constexpr int64_t kMostLabels = 1000;
nlohmann::json classification_answers(const ScoredRows& rows, const LabelSet& labels,
                                      const std::string& part,
                                      const std::function<std::string(int64_t)>& sample);

// (samples, targets) each.
nlohmann::json number_answers(std::span<const float> predicted, std::span<const double> actual,
                              const std::vector<std::string>& targets, const std::string& part);

// Forecasts of all windows, and of some rows of the first targets one forecast after the other.
nlohmann::json forecast_answers(ForecastPredictor& predictor, const NumberTable& table,
                                const ForecastRows& rows, const PartWindows& windows);

// Mistakes that are shown.
inline constexpr int64_t kMistakes = 20;

// Rows of a part that are looked at for a report: all, or of many `kMostAnswers` evenly spread.
inline constexpr int64_t kMostAnswers = 20'000;
std::vector<int64_t> rows_to_answer(int64_t rows);

}  // namespace mnemo
