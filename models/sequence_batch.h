// The one form in which sequences travel: packed, step-major.
//
// A batch of B sequences with N values in all is stored as all first steps, then all second steps,
// and so on, the sequences sorted by length, longest first. Step t therefore holds batch_sizes[t]
// values, those of the sequences that are longer than t, and no padded position exists. It is the
// layout of torch.nn.utils.rnn.PackedSequence.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <span>
#include <vector>

namespace mnemo {

// The places of the values of a packed batch. The small index tensors live on the CPU.
struct SequenceLayout {
  std::vector<int64_t> order;    // (B) order[i] is the caller's index of the batch's i-th sequence
  std::vector<int64_t> lengths;  // (B) descending, each at least 1
  at::Tensor batch_sizes;        // (T) int64

  // Sorts the caller's lengths, stably. Throws Error when there is no sequence or one is empty.
  static SequenceLayout of(std::span<const int64_t> lengths);

  int64_t sequences() const { return static_cast<int64_t>(lengths.size()); }  // B
  int64_t steps() const { return lengths.front(); }                           // T
  int64_t values() const;                                                     // N
  bool equal_lengths() const { return lengths.front() == lengths.back(); }

  // (T + 1) packed row at which each step begins, and at the end N.
  std::vector<int64_t> step_offsets() const;
  at::Tensor lengths_tensor() const;  // (B) int64
  // (B) int64: row i is where the batch keeps the caller's i-th sequence.
  at::Tensor caller_order() const;
  // (B) int64: packed row of each sequence's last step.
  at::Tensor last_rows() const;
  // (N) int64: the sequence, as the batch counts them, that each packed row belongs to.
  at::Tensor sequence_of_rows() const;
  // (N) int64: for each packed row the row of the mirrored step of the same sequence; its own
  // inverse.
  at::Tensor reversed_rows() const;
};

struct SequenceBatch {
  at::Tensor values;  // (N) int64 token ids, or (N, F) numbers
  SequenceLayout layout;

  SequenceBatch to(at::Device device) const;
};

// The caller's first `count` sequences, at least one; all of them when there are fewer.
SequenceBatch first_sequences(const SequenceBatch& batch, int64_t count);

// Packs token ids; sequence i of the caller is ids[i].
SequenceBatch pack_ids(std::span<const std::span<const int32_t>> ids);

// Packs series of numbers; that of the caller's i-th is series[i], (steps, features).
SequenceBatch pack_series(std::span<const std::span<const float>> series, int64_t features);

// (N, ...) -> (T, B, ...), positions past a sequence's end filled with `padding`.
at::Tensor pad_steps(const at::Tensor& packed, const SequenceLayout& layout, double padding = 0.0);
// (T, B, ...) -> (N, ...), the inverse.
at::Tensor pack_steps(const at::Tensor& padded, const SequenceLayout& layout);
// (N, ...) -> (N, ...), each sequence reversed within its own length. Differentiable.
at::Tensor reverse_steps(const at::Tensor& packed, const SequenceLayout& layout);
// (B, T) bool, true where step t of sequence b exists.
at::Tensor step_mask(const SequenceLayout& layout, at::Device device);

}  // namespace mnemo
