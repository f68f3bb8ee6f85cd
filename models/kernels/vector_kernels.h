// Inner loops that are compiled once for each instruction set.
//
// An LSTM's hidden state of H units is worked on in blocks of up to 32. A block of `padded` units
// (a multiple of 16; those past `units` do not exist and stay zero) has its four gates side by
// side, i f g o, each `padded` wide: the form in which one matrix product leaves them in the cache.
//
// Units that include this header are compiled for instruction sets of their own, so it holds plain
// declarations and no inline code: an inline function shared with the rest of the program could be
// linked in its wide form and meet a CPU that lacks the instructions.
#pragma once

#include <cstdint>

namespace mnemo {

constexpr int64_t kUnitsPerBlock = 32;
constexpr int64_t kUnitAlignment = 16;

// Storage of bf16 numbers.
using Bf16Bits = uint16_t;

// One block of units in one step. Rows are sequences. `Storage` is what matrix products read: float
// or Bf16Bits.
template <typename Storage>
struct LstmForwardBlock {
  int64_t rows, units, padded;
  float* gates;       // (rows, 4 padded), without gap: the products' sum
  const float* bias;  // (4 padded)
  float* cell;        // (rows, padded), cell_stride apart: c_{t-1}, becomes c_t
  int64_t cell_stride;
  Storage* hidden;  // (rows, padded), hidden_stride apart: receives h_t
  int64_t hidden_stride;
  Storage* output;  // (rows, units), output_stride apart: receives h_t
  int64_t output_stride;
  // Backward needs the next two; null in inference.
  Storage* saved_gates;  // (rows, 4 padded), saved_gates_stride apart: receives i f g o
  int64_t saved_gates_stride;
  float* saved_cell;  // (rows, padded), saved_cell_stride apart: receives c_{t-1}
  int64_t saved_cell_stride;
};

template <typename Storage>
struct LstmBackwardBlock {
  int64_t rows, units, padded;
  const Storage* saved_gates;  // (rows, 4 padded), saved_gates_stride apart: i f g o
  int64_t saved_gates_stride;
  const float* saved_cell;  // (rows, padded), saved_cell_stride apart: c_{t-1}
  int64_t saved_cell_stride;
  const Storage* grad_output;  // (rows, units), grad_output_stride apart, of h_t; null: none
  int64_t grad_output_stride;
  const float* grad_hidden;  // (rows, padded), grad_state_stride apart: of h_t, by step t + 1
  float* grad_cell;  // (rows, padded), likewise: of c_t by step t + 1, becomes that of c_{t-1}
  int64_t grad_state_stride;
  Storage* grad_gates;  // (rows, 4 padded), grad_gates_stride apart: receives, before activation
  int64_t grad_gates_stride;
  float* grad_bias;  // (4 padded): the rows' sum is added
};

// Rows of `columns` numbers each are regrouped for matrix products.
template <typename Storage>
struct RowInterleaving {
  const Storage* source;  // (rows, columns), source_stride apart
  int64_t source_stride;
  int64_t rows, columns;
  // bf16: (padded_rows / 2, columns, 2), pairs of rows interleaved; fp32: a copy. Rows from `rows`
  // to padded_rows, an even number, are zero.
  Storage* target;
  int64_t padded_rows;
};

// target (columns, rows) = source (rows, columns) transposed. Rows from `rows` to padded_rows are
// taken to be zero; padded_rows is a multiple of 32.
template <typename Storage>
struct Transposition {
  const Storage* source;
  int64_t source_stride;
  int64_t rows, columns;
  Storage* target;
  int64_t target_stride;
  int64_t padded_rows;
};

// Pools one sequence of a packed batch: step t is row offsets[t] + sequence of `values`. A result
// that is not asked for is null, or has zero heads.
template <typename Storage>
struct SequencePool {
  const Storage* values;   // (N, size)
  const int64_t* offsets;  // (T)
  int64_t sequence, length, size;
  int64_t heads;
  const float* query;  // (heads, size): attention's scores are its products with the values
  float* weights;      // (heads, weights_stride): receives the scores' softmax over the steps
  int64_t weights_stride;
  float* attended;    // (heads, size): receives the weighted sums of values
  float* mean;        // (size)
  float* max;         // (size)
  int32_t* max_step;  // (size): the first step that has the maximum
};

template <typename Storage>
struct SequencePoolBackward {
  SequencePool<Storage> forward;  // its results as they were
  const float* grad_attended;     // (heads, size)
  const float* grad_mean;         // (size)
  const float* grad_max;          // (size)
  float* grad_query;              // (heads, size): receives
  Storage* grad_values;           // (N, size): receives the sequence's rows
  float* scratch;                 // (heads, length) and (size), one after the other
};

// Dropout: each number is kept, and scaled, or becomes zero, as a random word decides that depends
// on the seed and the number's position alone.
struct RandomDrop {
  uint64_t seed;
  uint32_t kept;  // share of numbers kept, times 2^32
  float scale;    // of what is kept; 0: nothing is dropped
};

template <typename Storage>
struct MaskedCopy {
  const Storage* source;
  Storage* target;
  int64_t first, count;  // positions first to first + count - 1; source and target begin at first
  RandomDrop drop;
};

// Rows of a table by number, whole rows dropped by their place and elements by theirs.
template <typename Storage>
struct EmbeddingRows {
  const float* table;  // (V, size)
  const int64_t* ids;  // (count)
  Storage* target;     // (count, size): receives
  int64_t first;       // place of ids[0] in the batch
  int64_t count, size;
  RandomDrop row, element;
};

// The gradient of one row of the table: the sum over the places that hold its number.
template <typename Storage>
struct EmbeddingGradient {
  const Storage* grad;    // (N, size), of the rows looked up
  const int64_t* places;  // (count)
  int64_t count, size;
  float* target;  // (size): receives
  RandomDrop row, element;
};

// One step of Adam over numbers that lie together.
struct AdamUpdate {
  float* parameter;
  const float* gradient;  // null: zeros
  float* exp_avg;
  float* exp_avg_sq;
  int64_t count;
  float gradient_scale;
  float one_minus_beta1, beta2, one_minus_beta2, eps;
  float step_size;       // learning rate / (1 - beta1^t)
  float root_of_bias_2;  // sqrt(1 - beta2^t)
};

template <typename Storage>
struct StorageKernels {
  void (*lstm_forward)(const LstmForwardBlock<Storage>&);
  void (*lstm_backward)(const LstmBackwardBlock<Storage>&);
  void (*interleave)(const RowInterleaving<Storage>&);
  void (*transpose)(const Transposition<Storage>&);
  void (*mask)(const MaskedCopy<Storage>&);
  void (*embed)(const EmbeddingRows<Storage>&);
  void (*embed_backward)(const EmbeddingGradient<Storage>&);
  void (*pool)(const SequencePool<Storage>&);
  void (*pool_backward)(const SequencePoolBackward<Storage>&);
};

struct VectorKernels {
  const char* name;  // of the instruction set
  StorageKernels<float> fp32;
  StorageKernels<Bf16Bits> bf16;
  void (*adam)(const AdamUpdate&);
};

// These run on CPUs with AVX2 and FMA.
extern const VectorKernels kAvx2Kernels;
// These run on CPUs with AVX-512 F, BW, DQ and VL.
extern const VectorKernels kAvx512Kernels;

}  // namespace mnemo
