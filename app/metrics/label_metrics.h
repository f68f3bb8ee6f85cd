// Right and wrong answers of a classifier that gives a text any number of labels, and the figures
// made of them.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/metrics/classification_metrics.h"
#include "datasets/labels.h"

namespace mnemo {

// Each label by itself, as ClassMetrics; and from which probability on it is answered.
struct LabelFigures {
  ClassMetrics figures;
  double threshold = 0.0;
};

// Figures as scikit-learn has them; of nothing they are 0.
struct LabelMetrics {
  int64_t n = 0;  // rows
  std::optional<double> loss =
      {};                      // mean binary cross-entropy over rows and labels; none of no row
  double accuracy = 0.0;       // share of the rows whose labels are all right
  Interval accuracy_interval;  // 95%, Wilson (1927)
  double hamming_loss = 0.0;   // share of wrong ones among all labels of all rows
  double micro_precision = 0.0, micro_recall = 0.0, micro_f1 = 0.0;  // of all labels together
  // Means over the labels that stand in the file or are answered.
  double macro_precision = 0.0, macro_recall = 0.0, macro_f1 = 0.0;
  std::vector<LabelFigures> labels;  // in label order
};

// Adds up rows one by one.
class LabelCounter {
 public:
  // `thresholds`: of each label.
  LabelCounter(const LabelSet& labels, std::vector<double> thresholds);

  // `truths`: the numbers of the row's labels, each once. `unknown`: how many it has besides that
  // training never saw: none of them is found, and the row is wrong. `probabilities`: C numbers.
  void add(std::span<const int32_t> truths, int64_t unknown, std::span<const float> probabilities);
  // `unknown_names`: how many different such labels there are.
  LabelMetrics metrics(int64_t unknown_names = 0) const;

  int64_t rows_with_unknown() const { return rows_with_unknown_; }

 private:
  LabelSet labels_;
  std::vector<double> thresholds_;
  std::vector<int64_t> hits_, answered_, support_;  // of each label
  double loss_sum_ = 0.0;
  int64_t rows_ = 0, right_rows_ = 0, wrong_labels_ = 0, unknown_ = 0, rows_with_unknown_ = 0;
};

nlohmann::json to_json(const LabelMetrics& metrics);
// A table for people.
std::string to_text(const LabelMetrics& metrics);

}  // namespace mnemo
