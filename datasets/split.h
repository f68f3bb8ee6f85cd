// Holding out a share of the training rows for validation. Row numbers have 32 bits: of data larger
// than memory, what is kept for each row counts.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mnemo {

struct Split {
  std::vector<int32_t> train;  // row numbers, ascending
  std::vector<int32_t> valid;  // row numbers, ascending
};

// A seeded, stratified split: of each label about `valid_share` of its rows go to `valid` (at least
// one where the label has two distinct texts). Rows with equal text always stand on the same side;
// they are known by equal hashes (and different texts that share one merely stay together).
// Equal texts, labels, share and seed give equal splits on every machine.
Split stratified_split(std::span<const uint64_t> text_hashes, std::span<const int32_t> labels,
                       double valid_share, uint64_t seed);

}  // namespace mnemo
