// Rows whose labels are known, counted against what a classifier says of them.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "app/metrics/classification_metrics.h"
#include "mnemo/reporter.h"

namespace mnemo {

// Labels that training never saw.
class UnknownLabels {
 public:
  void add(const std::string& label) { labels_.insert(plain_label(label)); }
  int64_t count() const { return std::ssize(labels_); }
  // Some of them, joined by commas.
  std::string named() const;

 private:
  std::set<std::string> labels_;
};

// "1 row has", "3 rows have".
std::string rows_have(int64_t rows);

// Counts rows, and remembers labels that training never saw.
class LabelledRows {
 public:
  // `labels` must outlive it.
  explicit LabelledRows(const LabelSet& labels) : labels_(labels), counter_(labels) {}

  std::optional<int64_t> number_of(const std::string& label);
  // probabilities (rows, C), one row after another
  void add(std::span<const std::optional<int64_t>> truths, const float* probabilities);
  void warn_of_unknown(const std::string& file, Reporter& reporter) const;
  ClassificationMetrics metrics() const { return counter_.metrics(unknown_.count()); }

 private:
  const LabelSet& labels_;
  ClassificationCounter counter_;
  UnknownLabels unknown_;
};

}  // namespace mnemo
