#include "datasets/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <string_view>
#include <unordered_map>

#include "datasets/random.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

using Group = std::vector<int64_t>;  // the rows that hold the same text

// The groups of each label, in the order of their first rows. A group's label is its first row's.
std::vector<std::vector<Group>> groups_by_label(std::span<const std::string> texts,
                                                std::span<const int64_t> labels) {
  struct Place {
    size_t label;
    size_t group;
  };
  std::vector<std::vector<Group>> by_label;
  std::unordered_map<std::string_view, Place> place_of_text;
  for (size_t row = 0; row < texts.size(); ++row) {
    const auto label = static_cast<size_t>(labels[row]);
    if (label >= by_label.size()) by_label.resize(label + 1);
    const auto [found, is_new] =
        place_of_text.try_emplace(texts[row], Place{label, by_label[label].size()});
    const Place place = found->second;
    if (is_new) by_label[label].emplace_back();
    by_label[place.label][place.group].push_back(static_cast<int64_t>(row));
  }
  return by_label;
}

int64_t rows_of(std::span<const Group> groups) {
  int64_t rows = 0;
  for (const Group& group : groups) rows += static_cast<int64_t>(group.size());
  return rows;
}

void append(std::vector<int64_t>& rows, std::span<const Group> groups) {
  for (const Group& group : groups) rows.insert(rows.end(), group.begin(), group.end());
}

// Takes of one label's groups, in their order, each that brings the rows held out nearer to
// `target`. At least one group is held out and at least one is kept, where there are two.
void hold_out(std::span<const Group> groups, double target, Split& split) {
  std::vector<Group> held_out;
  std::vector<Group> kept;
  int64_t rows = 0;
  for (const Group& group : groups) {
    const auto size = static_cast<int64_t>(group.size());
    const bool comes_nearer = static_cast<double>(2 * rows + size) <= 2 * target;
    if (comes_nearer) rows += size;
    (comes_nearer ? held_out : kept).push_back(group);
  }
  if (held_out.empty() && kept.size() > 1) {
    // Every group is larger than wanted: the smallest misses the target by least.
    const auto smallest = std::ranges::min_element(kept, {}, &Group::size);
    held_out.push_back(*smallest);
    kept.erase(smallest);
  }
  if (kept.empty() && !held_out.empty()) {
    kept.push_back(held_out.back());
    held_out.pop_back();
  }
  append(split.valid, held_out);
  append(split.train, kept);
}

}  // namespace

Split stratified_split(std::span<const std::string> texts, std::span<const int64_t> labels,
                       double valid_share, uint64_t seed) {
  if (!(valid_share > 0 && valid_share < 1)) {
    throw UsageError(
        fmt::format("the share of the rows held out for validation is {}, and must lie between 0 "
                    "and 1, both excluded",
                    valid_share));
  }
  std::vector<std::vector<Group>> by_label = groups_by_label(texts, labels);
  Split split;
  for (size_t label = 0; label < by_label.size(); ++label) {
    std::vector<Group>& groups = by_label[label];
    // A generator for each label: more rows of one label do not change the split of another.
    std::mt19937_64 random(derive_seed(seed, label));
    shuffle(std::span(groups), random);
    hold_out(groups, valid_share * static_cast<double>(rows_of(groups)), split);
  }
  std::ranges::sort(split.train);
  std::ranges::sort(split.valid);
  return split;
}

}  // namespace mnemo
