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

// The rows that hold the same text: so many of SortedRows, from `begin` on.
struct Group {
  int64_t begin = 0;
  int64_t rows = 0;
};

// All rows, those of equal text side by side, and these ascending.
using SortedRows = std::vector<int64_t>;

SortedRows sort_by_text(std::span<const uint64_t> text_hashes) {
  SortedRows sorted(text_hashes.size());
  std::iota(sorted.begin(), sorted.end(), int64_t{0});
  std::ranges::sort(sorted, {}, [&](int64_t row) {
    return std::pair(text_hashes[static_cast<size_t>(row)], row);
  });
  return sorted;
}

// The groups of each label, in the order of their first rows. A group's label is its first row's.
std::vector<std::vector<Group>> groups_by_label(const SortedRows& sorted,
                                                std::span<const uint64_t> text_hashes,
                                                std::span<const int64_t> labels) {
  std::vector<Group> groups;
  for (size_t i = 0; i < sorted.size(); ++i) {
    const auto hash = [&](size_t at) { return text_hashes[static_cast<size_t>(sorted[at])]; };
    if (i == 0 || hash(i) != hash(i - 1)) groups.push_back({static_cast<int64_t>(i), 0});
    ++groups.back().rows;
  }
  const auto first_row = [&](const Group& group) {
    return sorted[static_cast<size_t>(group.begin)];
  };
  std::ranges::sort(groups, {}, first_row);
  std::vector<std::vector<Group>> by_label;
  for (const Group& group : groups) {
    const auto label = static_cast<size_t>(labels[static_cast<size_t>(first_row(group))]);
    if (label >= by_label.size()) by_label.resize(label + 1);
    by_label[label].push_back(group);
  }
  return by_label;
}

// Divides one label's groups, in their order: each that brings the rows held out nearer to `target`
// goes to `valid`. At least one group is held out and at least one is kept, where there are two.
void hold_out(std::span<const Group> groups, double target, std::vector<Group>& train,
              std::vector<Group>& valid) {
  std::vector<Group> held_out;
  std::vector<Group> kept;
  int64_t rows = 0;
  for (const Group& group : groups) {
    const bool comes_nearer = static_cast<double>(2 * rows + group.rows) <= 2 * target;
    if (comes_nearer) rows += group.rows;
    (comes_nearer ? held_out : kept).push_back(group);
  }
  if (held_out.empty() && kept.size() > 1) {
    // Every group is larger than wanted: the smallest misses the target by least.
    const auto smallest = std::ranges::min_element(kept, {}, &Group::rows);
    held_out.push_back(*smallest);
    kept.erase(smallest);
  }
  if (kept.empty() && !held_out.empty()) {
    kept.push_back(held_out.back());
    held_out.pop_back();
  }
  train.insert(train.end(), kept.begin(), kept.end());
  valid.insert(valid.end(), held_out.begin(), held_out.end());
}

std::vector<int64_t> rows_of(std::span<const Group> groups, const SortedRows& sorted) {
  std::vector<int64_t> rows;
  for (const Group& group : groups) {
    const auto begin = sorted.begin() + group.begin;
    rows.insert(rows.end(), begin, begin + group.rows);
  }
  std::ranges::sort(rows);
  return rows;
}

}  // namespace

Split stratified_split(std::span<const uint64_t> text_hashes, std::span<const int64_t> labels,
                       double valid_share, uint64_t seed) {
  if (!(valid_share > 0 && valid_share < 1)) {
    throw UsageError(
        fmt::format("the share of the rows held out for validation is {}, and must lie between 0 "
                    "and 1, both excluded",
                    valid_share));
  }
  const SortedRows sorted = sort_by_text(text_hashes);
  auto by_label = groups_by_label(sorted, text_hashes, labels);
  std::vector<Group> train, valid;
  for (size_t label = 0; label < by_label.size(); ++label) {
    std::vector<Group>& groups = by_label[label];
    // A generator for each label: more rows of one label do not change the split of another.
    std::mt19937_64 random(derive_seed(seed, label));
    shuffle(std::span(groups), random);
    int64_t rows = 0;
    for (const Group& group : groups) rows += group.rows;
    hold_out(groups, valid_share * static_cast<double>(rows), train, valid);
  }
  return {.train = rows_of(train, sorted), .valid = rows_of(valid, sorted)};
}

}  // namespace mnemo
