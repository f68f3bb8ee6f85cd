// mnemo's own LSTM layer on the CPU: forward and backward over packed sequences.
//
// Each task owns one direction and a range of the batch's sequences for all steps, so that nothing
// waits inside the loop over steps and the recurrent weights stay in that core's cache. A step
// takes, for each block of 32 units, the product that gives all four gates of the block, and while
// they are in the first-level cache the element-wise part. Backward walks the steps the other way
// with the gradients of gates and hidden state alone; the gradients of weights and input are large
// products over all steps at the end.
//
// Numbers in products are of the storage type, kFloat or kBFloat16; sums, cell states, biases and
// the gradients of parameters are fp32.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

#include "models/kernels/matmul.h"
#include "models/kernels/vector_kernels.h"
#include "models/sequence_batch.h"

namespace mnemo {

// One direction of a layer, fp32, as torch.nn.LSTM has them.
struct LstmWeights {
  at::Tensor weight_ih;  // (4 H, F)
  at::Tensor weight_hh;  // (4 H, H)
  at::Tensor bias_ih;    // (4 H)
  at::Tensor bias_hh;    // (4 H)
};

// How the 4 H gate columns are arranged in products: blocks of units, in each the gates i f g o.
struct GateColumns {
  explicit GateColumns(int64_t hidden_size);

  int64_t hidden;  // H
  int64_t padded;  // H, rounded up to kUnitAlignment
  int64_t blocks;

  int64_t gates() const { return 4 * padded; }
  int64_t first_unit(int64_t block) const { return block * kUnitsPerBlock; }
  int64_t padded_units(int64_t block) const {
    return std::min(kUnitsPerBlock, padded - first_unit(block));
  }
  int64_t units(int64_t block) const {
    return std::min(kUnitsPerBlock, hidden - first_unit(block));
  }
  int64_t first_column(int64_t block) const { return 4 * first_unit(block); }

  // (4 H, ...) in PyTorch's order -> (4 padded, ...), padding zero.
  at::Tensor arrange(const at::Tensor& weights) const;
  // (4 padded, ...) -> (4 H, ...), the inverse.
  at::Tensor restore(const at::Tensor& arranged) const;
};

// The weights of one direction in the form that products read.
struct PackedLstmWeights {
  at::Tensor bias;        // (4 padded) fp32, the two biases' sum
  PanelMatrix input;      // (F, 4 padded), a panel a block of units
  PanelMatrix recurrent;  // (padded, 4 padded), likewise
  // Backward reads these; empty when packed for inference.
  PanelMatrix input_back;      // (4 padded, F)
  PanelMatrix recurrent_back;  // (4 padded, padded)
};

enum class LstmUse { inference, training };

PackedLstmWeights pack_lstm_weights(const LstmWeights& weights, at::ScalarType type, LstmUse use,
                                    const VectorKernels& kernels);

// The tensors of forward that backward needs. D directions, N values, in storage type unless said
// otherwise.
struct LstmTrace {
  at::Tensor input;          // (N, F), a column of zeros added if F is odd
  at::Tensor gates;          // (D, N, 4 padded), activated
  at::Tensor cell_before;    // (D, N, padded) fp32, c_{t-1}
  at::Tensor hidden_before;  // (D, N, padded), h_{t-1}
};

struct LstmForwardResult {
  at::Tensor values;  // (N, D H), storage type
  at::Tensor hidden;  // (D, B, H) fp32: h of each sequence's last step
  at::Tensor cell;    // (D, B, H) fp32, likewise
  LstmTrace trace;    // of LstmUse::training
};

// input (N, F) of the storage type. initial_hidden and initial_cell (D, B, H) fp32, or undefined
// for zeros; the second direction reads each sequence backwards from its own end.
LstmForwardResult lstm_forward(const at::Tensor& input, const SequenceLayout& layout,
                               const std::vector<PackedLstmWeights>& directions,
                               int64_t hidden_size, const at::Tensor& initial_hidden,
                               const at::Tensor& initial_cell, LstmUse use,
                               const VectorKernels& kernels);

struct LstmGradients {
  at::Tensor input;                  // (N, F) fp32
  std::vector<LstmWeights> weights;  // of each direction
  at::Tensor initial_hidden;         // (D, B, H) fp32
  at::Tensor initial_cell;           // (D, B, H) fp32
};

// The gradients of values (storage type), hidden and cell (fp32) may be undefined: zeros.
LstmGradients lstm_backward(const LstmTrace& trace, const SequenceLayout& layout,
                            const std::vector<PackedLstmWeights>& directions, int64_t hidden_size,
                            int64_t input_size, const at::Tensor& grad_values,
                            const at::Tensor& grad_hidden, const at::Tensor& grad_cell,
                            const VectorKernels& kernels);

}  // namespace mnemo
