#include "models/ngram_scorer.h"

#include <fmt/format.h>

#include <algorithm>

#include "mnemo/error.h"
#include "models/ngram_keys.h"
#include "models/parallel.h"

namespace mnemo {

NgramScorerImpl::NgramScorerImpl(const NgramScorerOptions& options) : options_(options) {
  if (options.longest < 1 || options.longest > kLongestNgram || options.count < 1) {
    throw UsageError(
        fmt::format("{} n-grams of 1 to {} pieces: expected one at least, of 1 to {} at most",
                    options.count, options.longest, kLongestNgram));
  }
  keys_ = register_buffer("keys", at::zeros({options.count}, at::kLong));
  weight_ = register_buffer("weight", at::zeros({options.count + 1, options.outputs}));
}

std::span<const int64_t> NgramScorerImpl::known() const {
  return {keys_.const_data_ptr<int64_t>(), static_cast<size_t>(options_.count)};
}

at::Tensor NgramScorerImpl::forward(const SequenceBatch& batch) const {
  if (!keys_.is_cpu()) return by_operators(batch);
  const auto& layout = batch.layout;
  const int64_t outputs = options_.outputs;
  const auto values = batch.values.contiguous();  // (N)
  const auto weights = weight_.contiguous();      // (K + 1, C)
  const auto* id = values.const_data_ptr<int64_t>();
  const auto* weight = weights.const_data_ptr<float>();
  const auto begins = layout.step_offsets();
  auto result = at::empty({layout.sequences(), outputs});
  auto* answer = result.mutable_data_ptr<float>();
  for_each_on_threads(layout.sequences(), [&](int64_t i) {
    std::vector<int32_t> ids, places;
    std::vector<int64_t> keys;
    for (int64_t t = 0; t < layout.lengths[static_cast<size_t>(i)]; ++t) {
      ids.push_back(static_cast<int32_t>(id[begins[static_cast<size_t>(t)] + i]));
    }
    collect_ngram_keys(ids, options_.longest, keys);
    find_keys(keys, known(), places);
    std::vector<double> sums(static_cast<size_t>(outputs), 0.0);
    for (const int32_t place : places) {
      for (int64_t c = 0; c < outputs; ++c) {
        sums[static_cast<size_t>(c)] += weight[place * outputs + c];
      }
    }
    auto* row = answer + layout.order[static_cast<size_t>(i)] * outputs;
    std::ranges::transform(sums, row, [](double sum) { return static_cast<float>(sum); });
  });
  return result;
}

// The sort brings the same n-grams of a text together, so that all but the first can be passed
// over.
at::Tensor NgramScorerImpl::by_operators(const SequenceBatch& batch) const {
  const auto& layout = batch.layout;
  const int64_t steps = layout.steps(), unknown = options_.count;
  const auto ids = pad_steps(batch.values, layout).transpose(0, 1).contiguous();  // (B, T)
  const auto lengths = layout.lengths_tensor().to(ids.device()).view({-1, 1});
  const auto longer = at::constant_pad_nd(ids, {0, options_.longest - 1});  // (B, T + n - 1)
  const auto first = at::arange(steps, ids.options()).unsqueeze(0);         // (1, T)
  auto keys = at::zeros_like(ids);
  std::vector<at::Tensor> all;
  for (int64_t n = 0; n < options_.longest; ++n) {
    keys = (keys + longer.narrow(1, n, steps) + 1) * static_cast<int64_t>(kNgramFactor);
    const auto places = at::searchsorted(keys_, keys).clamp_max(unknown - 1);
    const auto is_known = keys_.take(places).eq(keys) & first.lt(lengths - n);
    all.push_back(places.masked_fill(~is_known, unknown));
  }
  auto places = std::get<0>(at::cat(all, 1).sort(1));  // (B, n T)
  const auto repeated = places.slice(1, 1).eq(places.slice(1, 0, -1));
  places = at::cat({places.slice(1, 0, 1), places.slice(1, 1).masked_fill(repeated, unknown)}, 1);
  const auto sums = weight_.index_select(0, places.flatten())
                        .view({places.size(0), places.size(1), -1})
                        .sum(1);  // (B, C)
  return sums.index_select(0, layout.caller_order().to(sums.device()));
}

at::Tensor NgramScorerImpl::by_piece(std::span<const int32_t> ids) const {
  struct Place {
    int64_t key, first, length;
  };
  std::vector<Place> places;
  for (size_t first = 0; first < ids.size(); ++first) {
    int64_t key = 0;
    const size_t longest = std::min(ids.size() - first, static_cast<size_t>(options_.longest));
    for (size_t n = 0; n < longest; ++n) {
      key = longer_key(key, ids[first + n]);
      if (!std::ranges::binary_search(known(), key)) continue;
      places.push_back({key, static_cast<int64_t>(first), static_cast<int64_t>(n + 1)});
    }
  }
  std::ranges::stable_sort(places, {}, &Place::key);
  auto shares = at::zeros({std::ssize(ids), options_.outputs}, at::kDouble);
  for (auto begin = places.begin(); begin != places.end();) {
    const auto end = std::find_if(begin, places.end(),
                                  [&](const Place& place) { return place.key != begin->key; });
    const auto row = std::ranges::lower_bound(known(), begin->key) - known().begin();
    const auto pieces = static_cast<double>((end - begin) * begin->length);
    const auto share = weight_[row].to(at::kDouble) / pieces;  // (C)
    for (auto place = begin; place != end; ++place) {
      shares.narrow(0, place->first, place->length) += share;
    }
    begin = end;
  }
  return shares.to(at::kFloat);
}

// Every n-gram that is known begins with one that is: it occurs in as many texts at least.
bool NgramScorerImpl::spell(int64_t key, int64_t length, int64_t vocab_size,
                            std::vector<int32_t>& ids) const {
  if (length == 1) {
    const int64_t id = shorter_key(key, 0);  // h_0 = 0
    if (id < 0 || id >= vocab_size) return false;
    ids.push_back(static_cast<int32_t>(id));
    return true;
  }
  for (int64_t id = 0; id < vocab_size; ++id) {
    const int64_t before = shorter_key(key, id);
    if (!std::ranges::binary_search(known(), before)) continue;
    if (!spell(before, length - 1, vocab_size, ids)) continue;
    ids.push_back(static_cast<int32_t>(id));
    return true;
  }
  return false;
}

std::vector<std::vector<int32_t>> NgramScorerImpl::some_ngrams(int64_t count,
                                                               int64_t vocab_size) const {
  std::vector<std::vector<int32_t>> found;
  const int64_t stride = std::max<int64_t>(1, options_.count / count);
  for (int64_t i = 0; i < options_.count && std::ssize(found) < count; i += stride) {
    const int64_t key = known()[static_cast<size_t>(i)];
    for (int64_t length = 1; length <= options_.longest; ++length) {
      std::vector<int32_t> ids;
      if (!spell(key, length, vocab_size, ids)) continue;
      found.push_back(std::move(ids));
      break;
    }
  }
  return found;
}

void NgramScorerImpl::require_ascending(const std::string& name) const {
  if (std::ranges::adjacent_find(known(), std::ranges::greater_equal{}) == known().end()) return;
  throw Error(fmt::format(
      "{}: the keys of its n-grams do not ascend; sort them, and their weights along", name));
}

}  // namespace mnemo
