#include "app/metrics/labelled_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace mnemo {

std::optional<int64_t> LabelledRows::number_of(const std::string& label) {
  const auto number = labels_.find(label);
  if (!number) unknown_.insert(plain_label(label));
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
  constexpr size_t kMostNamed = 10;
  std::vector<std::string> named;
  for (const auto& label : unknown_) {
    if (named.size() < kMostNamed) named.push_back(label);
  }
  if (named.size() < unknown_.size()) {
    named.push_back(fmt::format("and {} more", unknown_.size() - named.size()));
  }
  const int64_t rows = counter_.unknown_labels();
  reporter.warn(
      fmt::format("{}: {} a label that training never saw ({}); {} counted as wrong, and left out "
                  "of the loss and the confusion matrix",
                  file, rows == 1 ? "1 row has" : fmt::format("{} rows have", rows),
                  fmt::join(named, ", "), rows == 1 ? "it is" : "they are"));
}

}  // namespace mnemo
