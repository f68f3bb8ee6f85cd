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
  static LabelSet of(std::span<const std::string> labels);

  int64_t size() const { return static_cast<int64_t>(names_.size()); }
  const std::vector<std::string>& names() const { return names_; }
  const std::string& name(int64_t index) const { return names_.at(static_cast<size_t>(index)); }
  // The label's number, or nothing when it is not in the set.
  std::optional<int64_t> find(const std::string& name) const;

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, int64_t> index_;
};

}  // namespace mnemo
