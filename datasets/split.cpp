#include "datasets/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <utility>

#include "datasets/random.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// All rows, those of equal text side by side, and these ascending.
using SortedRows = std::vector<int32_t>;

SortedRows sort_by_text(std::span<const uint64_t> text_hashes) {
  SortedRows sorted(text_hashes.size());
  std::iota(sorted.begin(), sorted.end(), 0);
  std::ranges::sort(sorted, {}, [&](int32_t row) {
    return std::pair(text_hashes[static_cast<size_t>(row)], row);
  });
  return sorted;
}

// The rows that hold the same text: so many of SortedRows, from `begin` on.
struct Group {
  int32_t begin = 0;
  int32_t rows = 0;
};

// Sorted by label, and those of a label in the order of their first rows. A group's label is its
// first row's.
std::vector<Group> groups_by_label(const SortedRows& sorted, std::span<const uint64_t> text_hashes,
                                   std::span<const int32_t> labels) {
  std::vector<Group> groups;
  for (size_t i = 0; i < sorted.size(); ++i) {
    const auto hash = [&](size_t at) { return text_hashes[static_cast<size_t>(sorted[at])]; };
    if (i == 0 || hash(i) != hash(i - 1)) groups.push_back({static_cast<int32_t>(i), 0});
    ++groups.back().rows;
  }
  std::ranges::sort(groups, {}, [&](const Group& group) {
    const int32_t first_row = sorted[static_cast<size_t>(group.begin)];
    return std::pair(labels[static_cast<size_t>(first_row)], first_row);
  });
  return groups;
}

// Divides one label's groups, in their order: each that brings the rows held out nearer to the
// share is held out. At least one group is held out and at least one is kept, where there are two.
// Returns which are.
std::vector<bool> hold_out(std::span<const Group> groups, double share) {
  int64_t all_rows = 0;
  for (const Group& group : groups) all_rows += group.rows;
  const double target = share * static_cast<double>(all_rows);
  std::vector<bool> held_out(groups.size());
  int64_t rows = 0, count = 0;
  for (size_t i = 0; i < groups.size(); ++i) {
    held_out[i] = static_cast<double>(2 * rows + groups[i].rows) <= 2 * target;
    if (!held_out[i]) continue;
    rows += groups[i].rows;
    ++count;
  }
  if (count == 0 && groups.size() > 1) {
    // Every group is larger than wanted: the smallest misses the target by least.
    const auto smallest = std::ranges::min_element(groups, {}, &Group::rows);
    held_out[static_cast<size_t>(smallest - groups.begin())] = true;
  }
  if (count == std::ssize(groups) && count > 0) held_out.back() = false;
  return held_out;
}

}  // namespace

Split stratified_split(std::span<const uint64_t> text_hashes, std::span<const int32_t> labels,
                       double valid_share, uint64_t seed) {
  if (!(valid_share > 0 && valid_share < 1)) {
    throw UsageError(
        fmt::format("the share of the rows held out for validation is {}, and must lie between 0 "
                    "and 1, both excluded",
                    valid_share));
  }
  const SortedRows sorted = sort_by_text(text_hashes);
  auto groups = groups_by_label(sorted, text_hashes, labels);
  const auto label_of = [&](const Group& group) {
    return labels[static_cast<size_t>(sorted[static_cast<size_t>(group.begin)])];
  };
  std::vector<bool> is_valid(text_hashes.size());
  for (auto rest = std::span(groups); !rest.empty();) {
    const int32_t label = label_of(rest.front());
    const auto end =
        std::ranges::find_if(rest, [&](const Group& group) { return label_of(group) != label; });
    const auto here = rest.first(static_cast<size_t>(end - rest.begin()));
    rest = rest.subspan(here.size());
    // A generator for each label: more rows of one label do not change the split of another.
    std::mt19937_64 random(derive_seed(seed, static_cast<uint64_t>(label)));
    shuffle(here, random);
    const auto held_out = hold_out(here, valid_share);
    for (size_t i = 0; i < here.size(); ++i) {
      for (int32_t j = here[i].begin; j < here[i].begin + here[i].rows; ++j) {
        is_valid[static_cast<size_t>(sorted[static_cast<size_t>(j)])] = held_out[i];
      }
    }
  }
  Split split;
  for (size_t row = 0; row < is_valid.size(); ++row) {
    (is_valid[row] ? split.valid : split.train).push_back(static_cast<int32_t>(row));
  }
  return split;
}

}  // namespace mnemo
