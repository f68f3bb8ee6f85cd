// The set of class labels: which there are, in which order, and the number of each.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace mnemo {

class LabelSet {
 public:
  LabelSet() = default;
  // In this very order. Throws Error for a repeated name.
  explicit LabelSet(std::vector<std::string> names);

  // The distinct labels of `labels`, sorted: as numbers when all are integers, else by their bytes.
  // A whole number is one label, whether it is written as 1 or as 1.0.
  static LabelSet of(std::span<const std::string> labels);

  int64_t size() const { return static_cast<int64_t>(names_.size()); }
  const std::vector<std::string>& names() const { return names_; }
  const std::string& name(int64_t index) const { return names_.at(static_cast<size_t>(index)); }
  // The label's number, or nothing when it is not in the set, as a whole number written otherwise
  // either.
  std::optional<int64_t> find(const std::string& name) const;

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, int64_t> index_;
  std::unordered_map<std::string, int64_t> plain_index_;  // by plain_label()
};

// "1" of a whole number written as 1.0, 1.000 or 1.0000000e+00; other labels as they are.
std::string plain_label(const std::string& label);

}  // namespace mnemo
