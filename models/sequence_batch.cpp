#include "models/sequence_batch.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "mnemo/error.h"
#include "models/torch_api.h"

namespace mnemo {
namespace {

at::Tensor to_tensor(const std::vector<int64_t>& values) { return at::tensor(values, at::kLong); }

// index_select's own backward adds rows one by one; a permutation that is its own inverse needs
// only to be applied again.
class PermuteRows : public torch::autograd::Function<PermuteRows> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input,
                            const at::Tensor& rows) {
    context->save_for_backward({rows});
    return input.index_select(0, rows);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const at::Tensor rows = context->get_saved_variables().at(0);
    return {gradients.at(0).index_select(0, rows), at::Tensor()};
  }
};

}  // namespace

SequenceLayout SequenceLayout::of(std::span<const int64_t> lengths) {
  if (lengths.empty()) throw Error("a batch needs at least one sequence");
  SequenceLayout layout;
  layout.order.resize(lengths.size());
  std::iota(layout.order.begin(), layout.order.end(), 0);
  std::stable_sort(layout.order.begin(), layout.order.end(), [&](int64_t a, int64_t b) {
    return lengths[static_cast<size_t>(a)] > lengths[static_cast<size_t>(b)];
  });
  for (const int64_t i : layout.order) layout.lengths.push_back(lengths[static_cast<size_t>(i)]);
  if (layout.lengths.back() < 1) throw Error("a sequence of a batch needs at least one step");

  std::vector<int64_t> sizes(static_cast<size_t>(layout.steps()));
  size_t running = layout.lengths.size();
  for (size_t t = 0; t < sizes.size(); ++t) {
    while (layout.lengths[running - 1] <= static_cast<int64_t>(t)) --running;
    sizes[t] = static_cast<int64_t>(running);
  }
  layout.batch_sizes = to_tensor(sizes);
  return layout;
}

std::vector<int64_t> SequenceLayout::step_offsets() const {
  const auto sizes = batch_sizes.accessor<int64_t, 1>();
  std::vector<int64_t> offsets(static_cast<size_t>(sizes.size(0)) + 1, 0);
  for (int64_t t = 0; t < sizes.size(0); ++t) {
    offsets[static_cast<size_t>(t) + 1] = offsets[static_cast<size_t>(t)] + sizes[t];
  }
  return offsets;
}

int64_t SequenceLayout::values() const {
  return std::accumulate(lengths.begin(), lengths.end(), int64_t{0});
}

at::Tensor SequenceLayout::lengths_tensor() const { return to_tensor(lengths); }

at::Tensor SequenceLayout::caller_order() const {
  std::vector<int64_t> rows(order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    rows[static_cast<size_t>(order[i])] = static_cast<int64_t>(i);
  }
  return to_tensor(rows);
}

at::Tensor SequenceLayout::last_rows() const {
  const auto offsets = step_offsets();
  std::vector<int64_t> rows(lengths.size());
  for (size_t b = 0; b < lengths.size(); ++b) {
    rows[b] = offsets[static_cast<size_t>(lengths[b] - 1)] + static_cast<int64_t>(b);
  }
  return to_tensor(rows);
}

at::Tensor SequenceLayout::sequence_of_rows() const {
  auto rows = at::empty({values()}, at::kLong);
  int64_t* row = rows.mutable_data_ptr<int64_t>();
  const auto sizes = batch_sizes.accessor<int64_t, 1>();
  for (int64_t t = 0; t < sizes.size(0); ++t) {
    std::iota(row, row + sizes[t], 0);
    row += sizes[t];
  }
  return rows;
}

at::Tensor SequenceLayout::reversed_rows() const {
  const auto offsets = step_offsets();
  std::vector<int64_t> rows;
  rows.reserve(static_cast<size_t>(offsets.back()));
  for (int64_t t = 0; t < steps(); ++t) {
    const int64_t running = offsets[static_cast<size_t>(t) + 1] - offsets[static_cast<size_t>(t)];
    for (int64_t b = 0; b < running; ++b) {
      const int64_t mirrored = lengths[static_cast<size_t>(b)] - 1 - t;
      rows.push_back(offsets[static_cast<size_t>(mirrored)] + b);
    }
  }
  return to_tensor(rows);
}

SequenceBatch SequenceBatch::to(at::Device device) const { return {values.to(device), layout}; }

SequenceBatch first_sequences(const SequenceBatch& batch, int64_t count) {
  const auto& all = batch.layout;
  if (count >= all.sequences()) return batch;
  SequenceBatch first;
  std::vector<int64_t> kept;  // of the batch's sequences, the longest first
  for (int64_t b = 0; b < all.sequences(); ++b) {
    const int64_t caller = all.order[static_cast<size_t>(b)];
    if (caller < count) kept.push_back(b);
  }
  std::vector<int64_t> lengths(kept.size());  // in the caller's order
  for (const int64_t b : kept) {
    const auto i = static_cast<size_t>(b);
    lengths[static_cast<size_t>(all.order[i])] = all.lengths[i];
  }
  first.layout = SequenceLayout::of(lengths);
  const auto offsets = all.step_offsets();
  std::vector<int64_t> rows;
  for (int64_t t = 0; t < first.layout.steps(); ++t) {
    for (const int64_t b : kept) {
      if (all.lengths[static_cast<size_t>(b)] > t) {
        rows.push_back(offsets[static_cast<size_t>(t)] + b);
      }
    }
  }
  first.values = batch.values.index_select(0, to_tensor(rows).to(batch.values.device()));
  return first;
}

SequenceBatch pack_ids(std::span<const std::span<const int32_t>> ids) {
  std::vector<int64_t> lengths;
  lengths.reserve(ids.size());
  for (const auto& sequence : ids) lengths.push_back(static_cast<int64_t>(sequence.size()));
  SequenceBatch batch{.values = {}, .layout = SequenceLayout::of(lengths)};

  batch.values = at::empty({batch.layout.values()}, at::kLong);  // (N)
  int64_t* out = batch.values.mutable_data_ptr<int64_t>();
  const auto sizes = batch.layout.batch_sizes.accessor<int64_t, 1>();
  for (int64_t t = 0; t < batch.layout.steps(); ++t) {
    for (int64_t b = 0; b < sizes[t]; ++b) {
      const auto& sequence = ids[static_cast<size_t>(batch.layout.order[static_cast<size_t>(b)])];
      *out++ = sequence[static_cast<size_t>(t)];
    }
  }
  return batch;
}

SequenceBatch pack_series(std::span<const std::span<const float>> series, int64_t features) {
  std::vector<int64_t> lengths;
  for (const auto& one : series) lengths.push_back(std::ssize(one) / features);
  SequenceBatch batch{.values = {}, .layout = SequenceLayout::of(lengths)};
  batch.values = at::empty({batch.layout.values(), features});
  float* out = batch.values.mutable_data_ptr<float>();
  const auto sizes = batch.layout.batch_sizes.accessor<int64_t, 1>();
  for (int64_t t = 0; t < batch.layout.steps(); ++t) {
    for (int64_t b = 0; b < sizes[t]; ++b) {
      const auto& one = series[static_cast<size_t>(batch.layout.order[static_cast<size_t>(b)])];
      out = std::copy_n(one.data() + t * features, features, out);
    }
  }
  return batch;
}

at::Tensor pad_steps(const at::Tensor& packed, const SequenceLayout& layout, double padding) {
  if (layout.equal_lengths()) {
    auto shape = packed.sizes().vec();
    shape[0] = layout.sequences();
    shape.insert(shape.begin(), layout.steps());
    return packed.reshape(shape);  // (T, B, ...): nothing to fill
  }
  return std::get<0>(at::_pad_packed_sequence(packed, layout.batch_sizes, /*batch_first=*/false,
                                              padding, layout.steps()));
}

at::Tensor pack_steps(const at::Tensor& padded, const SequenceLayout& layout) {
  if (layout.equal_lengths()) return padded.flatten(0, 1);
  return std::get<0>(
      at::_pack_padded_sequence(padded, layout.lengths_tensor(), /*batch_first=*/false));
}

at::Tensor reverse_steps(const at::Tensor& packed, const SequenceLayout& layout) {
  return PermuteRows::apply(packed, layout.reversed_rows().to(packed.device()));
}

at::Tensor step_mask(const SequenceLayout& layout, at::Device device) {
  const auto steps = at::arange(layout.steps(), at::kLong);
  return steps.unsqueeze(0).lt(layout.lengths_tensor().unsqueeze(1)).to(device);  // (B, T)
}

}  // namespace mnemo
