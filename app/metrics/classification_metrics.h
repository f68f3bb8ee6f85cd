// Counts of a classifier's right and wrong answers and the figures made of them.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "datasets/labels.h"

namespace mnemo {

struct Interval {
  double low = 0.0, high = 0.0;
};

struct ClassMetrics {
  std::string label;
  double precision = 0.0, recall = 0.0, f1 = 0.0;  // 0 where undefined, as scikit-learn has it
  int64_t support = 0;
};

struct ClassificationMetrics {
  int64_t n = 0;                    // rows, those with an unknown label included
  std::optional<double> loss = {};  // mean cross-entropy of the rows with a known label, if any
  double accuracy = 0.0;            // a row with an unknown label counts as wrong
  Interval accuracy_interval;       // 95%, Wilson (1927)
  // Means over the labels that stand in the file or are answered, as scikit-learn has them: one
  // that the model knows, and of which there is neither a row nor an answer, does not count.
  double macro_precision = 0.0, macro_recall = 0.0, macro_f1 = 0.0;
  std::vector<ClassMetrics> classes;            // in label order
  std::vector<std::vector<int64_t>> confusion;  // [true][predicted], rows with a known label
};

// Adds up rows one by one.
class ClassificationCounter {
 public:
  explicit ClassificationCounter(const LabelSet& labels);

  // `truth`: the label's number, or nothing when training never saw it. `probabilities`: C numbers.
  void add(std::optional<int64_t> truth, std::span<const float> probabilities);
  // `unknown_names`: how many different labels the rows had that training never saw; each is a
  // label of the file that no answer finds.
  ClassificationMetrics metrics(int64_t unknown_names = 0) const;
  int64_t unknown_labels() const { return unknown_; }

 private:
  LabelSet labels_;
  std::vector<std::vector<int64_t>> confusion_;
  std::vector<int64_t> predicted_;
  double loss_sum_ = 0.0;
  int64_t unknown_ = 0;
};

// Wilson's score interval at 95% for `successes` of `n`.
Interval wilson_interval(int64_t successes, int64_t n);

nlohmann::json to_json(const ClassificationMetrics& metrics);
// A table for people.
std::string to_text(const ClassificationMetrics& metrics);

}  // namespace mnemo
