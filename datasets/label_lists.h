// Any number of labels for each of many rows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mnemo {

struct LabelLists {
  std::vector<int64_t> ends = {};     // where each row's labels end in `numbers`
  std::vector<int32_t> numbers = {};  // of the labels, one row after another

  int64_t size() const { return static_cast<int64_t>(ends.size()); }
  bool empty() const { return ends.empty(); }
  std::span<const int32_t> of(int64_t row) const {
    const auto begin = row == 0 ? 0 : ends[static_cast<size_t>(row - 1)];
    return std::span(numbers).subspan(static_cast<size_t>(begin),
                                      static_cast<size_t>(ends[static_cast<size_t>(row)] - begin));
  }
  void add(std::span<const int32_t> labels) {
    numbers.insert(numbers.end(), labels.begin(), labels.end());
    ends.push_back(static_cast<int64_t>(numbers.size()));
  }
};

}  // namespace mnemo
