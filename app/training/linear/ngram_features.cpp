#include "app/training/linear/ngram_features.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "models/ngram_keys.h"
#include "models/parallel.h"

namespace mnemo {
namespace {

constexpr int64_t kTextsATask = 256;
// Keys are sorted part by part, by their highest bits, so that each thread sorts its own.
constexpr int kPartBits = 6;
constexpr size_t kParts = size_t{1} << kPartBits;
using Parts = std::array<std::vector<int64_t>, kParts>;

size_t part_of(int64_t key) {
  constexpr uint64_t kSign = uint64_t{1} << 63;  // so that parts ascend as signed numbers do
  return static_cast<size_t>((static_cast<uint64_t>(key) ^ kSign) >> (64 - kPartBits));
}

int64_t tasks_for(int64_t texts) { return (texts + kTextsATask - 1) / kTextsATask; }

// Calls use(text, keys) for each of a task's texts, in order.
template <typename Use>
void for_each_text(const IdTexts& texts, int64_t longest, int64_t task, const Use& use) {
  std::vector<int32_t> ids;
  std::vector<int64_t> keys;
  const int64_t end = std::min(texts.size, (task + 1) * kTextsATask);
  for (int64_t text = task * kTextsATask; text < end; ++text) {
    texts.read(text, ids);
    collect_ngram_keys(ids, longest, keys);
    use(text, keys);
  }
}

// Returns, once each, the numbers that stand in a sorted list so often at least.
std::vector<int64_t> frequent(const std::vector<int64_t>& sorted, int64_t least) {
  std::vector<int64_t> found;
  for (size_t begin = 0; begin < sorted.size();) {
    size_t end = begin;
    while (end < sorted.size() && sorted[end] == sorted[begin]) ++end;
    if (static_cast<int64_t>(end - begin) >= least) found.push_back(sorted[begin]);
    begin = end;
  }
  return found;
}

}  // namespace

std::vector<int64_t> shared_ngrams(const IdTexts& texts, int64_t longest, int64_t min_texts) {
  std::vector<Parts> of_tasks(static_cast<size_t>(tasks_for(texts.size)));
  for_each_on_threads(std::ssize(of_tasks), [&](int64_t task) {
    auto& parts = of_tasks[static_cast<size_t>(task)];
    for_each_text(texts, longest, task, [&](int64_t /*text*/, const std::vector<int64_t>& keys) {
      for (const int64_t key : keys) parts[part_of(key)].push_back(key);
    });
    for (auto& part : parts) part.shrink_to_fit();
  });
  Parts shared;
  for_each_on_threads(kParts, [&](int64_t number) {
    const auto part = static_cast<size_t>(number);
    std::vector<int64_t> keys;
    for (auto& parts : of_tasks) {
      keys.insert(keys.end(), parts[part].begin(), parts[part].end());
      std::vector<int64_t>().swap(parts[part]);
    }
    std::ranges::sort(keys);
    shared[part] = frequent(keys, min_texts);
  });
  std::vector<int64_t> all;
  for (const auto& part : shared) all.insert(all.end(), part.begin(), part.end());
  return all;
}

SparseRows ngram_rows(const IdTexts& texts, int64_t longest, std::span<const int64_t> keys) {
  std::vector<std::vector<int32_t>> of_tasks(static_cast<size_t>(tasks_for(texts.size)));
  SparseRows rows;
  rows.offsets.resize(static_cast<size_t>(texts.size) + 1);
  for_each_on_threads(std::ssize(of_tasks), [&](int64_t task) {
    auto& numbers = of_tasks[static_cast<size_t>(task)];
    std::vector<int32_t> found;
    for_each_text(texts, longest, task, [&](int64_t text, const std::vector<int64_t>& own) {
      find_keys(own, keys, found);
      numbers.insert(numbers.end(), found.begin(), found.end());
      rows.offsets[static_cast<size_t>(text) + 1] = std::ssize(found);
    });
    numbers.shrink_to_fit();
  });
  std::partial_sum(rows.offsets.begin(), rows.offsets.end(), rows.offsets.begin());
  rows.numbers.reserve(static_cast<size_t>(rows.offsets.back()));
  for (auto& numbers : of_tasks) {
    rows.numbers.insert(rows.numbers.end(), numbers.begin(), numbers.end());
    std::vector<int32_t>().swap(numbers);
  }
  return rows;
}

SparseRows transposed(const SparseRows& rows, int64_t width) {
  SparseRows columns;
  columns.offsets.assign(static_cast<size_t>(width) + 1, 0);
  for (const int32_t number : rows.numbers) ++columns.offsets[static_cast<size_t>(number) + 1];
  std::partial_sum(columns.offsets.begin(), columns.offsets.end(), columns.offsets.begin());
  columns.numbers.resize(rows.numbers.size());
  auto next = columns.offsets;  // where each column goes on
  for (int64_t row = 0; row < rows.size(); ++row) {
    for (const int32_t number : rows[row]) {
      columns.numbers[static_cast<size_t>(next[static_cast<size_t>(number)]++)] =
          static_cast<int32_t>(row);
    }
  }
  return columns;
}

}  // namespace mnemo
