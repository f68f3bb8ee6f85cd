#include "app/metrics/labelled_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace mnemo {

std::string UnknownLabels::named() const {
  constexpr size_t kMostNamed = 10;
  std::vector<std::string> names;
  for (const auto& label : labels_) {
    if (names.size() < kMostNamed) names.push_back(label);
  }
  if (names.size() < labels_.size()) {
    names.push_back(fmt::format("and {} more", labels_.size() - names.size()));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string rows_have(int64_t rows) {
  return rows == 1 ? "1 row has" : fmt::format("{} rows have", rows);
}

std::optional<int64_t> LabelledRows::number_of(const std::string& label) {
  const auto number = labels_.find(label);
  if (!number) unknown_.add(label);
  return number;
}

void LabelledRows::add(std::span<const std::optional<int64_t>> truths, const float* probabilities) {
  const auto classes = static_cast<size_t>(labels_.size());
  for (const auto& truth : truths) {
    counter_.add(truth, {probabilities, classes});
    probabilities += classes;
  }
}

void LabelledRows::warn_of_unknown(const std::string& file, Reporter& reporter) const {
  if (unknown_.count() == 0) return;
  const int64_t rows = counter_.unknown_labels();
  reporter.warn(
      fmt::format("{}: {} a label that training never saw ({}); {} counted as wrong, and left out "
                  "of the loss and the confusion matrix",
                  file, rows_have(rows), unknown_.named(), rows == 1 ? "it is" : "they are"));
}

}  // namespace mnemo
