// Measures what a classifier's probabilities are worth: precision against recall, and reliability.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mnemo {

// Rows whose label is known, and what a classifier says of them.
struct ScoredRows {
  int64_t classes = 0;
  std::vector<int32_t> truths;       // (n) numbers in the label set
  std::vector<float> probabilities;  // (n, classes)

  int64_t size() const { return static_cast<int64_t>(truths.size()); }
  std::span<const float> row(int64_t i) const {
    return {probabilities.data() + i * classes, static_cast<size_t>(classes)};
  }
};

// One label stands against all others: at each recall of kRecalls steps from 0 to 1 the precision
// at the highest threshold that reaches it.
inline constexpr int kRecalls = 101;
struct PrecisionRecall {
  std::vector<double> recall, precision;
  // The sum of each threshold's precision times what it adds to the recall, as scikit-learn has it.
  double average_precision = 0.0;
};

// Nothing in it when no row has the label.
PrecisionRecall precision_recall(const ScoredRows& rows, int64_t label);

// Answers whose probability lies in one tenth of 0 to 1.
struct ReliabilityBin {
  int64_t count = 0;
  double confidence = 0.0;  // mean probability of the answers
  double accuracy = 0.0;    // share of them that is right
};

// Returns the bins that hold answers, from the least confident on.
std::vector<ReliabilityBin> reliability(const ScoredRows& rows);

// Expected calibration error (Guo et al. 2017): the mean distance of accuracy and confidence.
double calibration_error(std::span<const ReliabilityBin> bins);

// The numbers of the `most` wrong answers with the highest probability, the highest first.
std::vector<int64_t> confident_mistakes(const ScoredRows& rows, int64_t most);

}  // namespace mnemo
