// The places at which rows of different lengths begin that lie one after another: 4 bytes a row.
#pragma once

#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "mnemo/error.h"

namespace mnemo {

class RowOffsets {
 public:
  // Throws Error for a row of 2^31 or more.
  void add(int64_t length) {
    if (length > std::numeric_limits<int32_t>::max())
      throw Error("a row is longer than 2^31 - 1 bytes or ids; cut it into several");
    if (lengths_.size() % kRowsPerMark == 0) marks_.push_back(end_);
    lengths_.push_back(static_cast<int32_t>(length));
    end_ += length;
  }

  int64_t size() const { return static_cast<int64_t>(lengths_.size()); }
  int64_t end() const { return end_; }
  int64_t length(int64_t row) const { return lengths_[static_cast<size_t>(row)]; }
  int64_t begin(int64_t row) const {
    const int64_t marked = row / kRowsPerMark * kRowsPerMark;
    return std::accumulate(lengths_.begin() + marked, lengths_.begin() + row,
                           marks_[static_cast<size_t>(row / kRowsPerMark)]);
  }

 private:
  static constexpr int64_t kRowsPerMark = 64;

  std::vector<int32_t> lengths_;
  std::vector<int64_t> marks_;  // where every 64th row begins
  int64_t end_ = 0;
};

}  // namespace mnemo
