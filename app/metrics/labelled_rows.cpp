#include "app/metrics/labelled_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mnemo {

std::optional<int64_t> LabelledRows::number_of(const std::string& label) {
  const auto number = labels_.find(label);
  constexpr size_t kMostNamed = 10;
  if (!number && unknown_.size() < kMostNamed) unknown_.insert(label);
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
  if (unknown_.empty()) return;
  reporter.warn(
      fmt::format("{}: {} rows have a label that training never saw ({}); they are counted as "
                  "wrong, and left out of the loss and the confusion matrix",
                  file, counter_.unknown_labels(), fmt::join(unknown_, ", ")));
}

}  // namespace mnemo
