// The arrangement of an LSTM's weights for matrix products.
#include <vector>

#include "models/recurrent/lstm_kernel.h"

namespace mnemo {
namespace {

constexpr int64_t kBackwardPanel = 64;

}  // namespace

GateColumns::GateColumns(int64_t hidden_size)
    : hidden(hidden_size),
      padded((hidden_size + kUnitAlignment - 1) / kUnitAlignment * kUnitAlignment),
      blocks((hidden_size + kUnitsPerBlock - 1) / kUnitsPerBlock) {}

at::Tensor GateColumns::arrange(const at::Tensor& weights) const {
  const int64_t size = weights.numel() / (4 * hidden);
  auto gates = weights.reshape({4, hidden, size});
  if (padded > hidden) gates = at::constant_pad_nd(gates, {0, 0, 0, padded - hidden});
  const int64_t whole = padded / kUnitsPerBlock, rest = padded % kUnitsPerBlock;
  std::vector<at::Tensor> parts;
  if (whole > 0) {
    parts.push_back(gates.narrow(1, 0, whole * kUnitsPerBlock)
                        .reshape({4, whole, kUnitsPerBlock, size})
                        .transpose(0, 1)
                        .reshape({-1, size}));
  }
  if (rest > 0) parts.push_back(gates.narrow(1, padded - rest, rest).reshape({-1, size}));
  auto shape = weights.sizes().vec();
  shape[0] = this->gates();
  return (parts.size() == 1 ? parts.front() : at::cat(parts)).reshape(shape);
}

at::Tensor GateColumns::restore(const at::Tensor& arranged) const {
  const int64_t size = arranged.numel() / gates();
  const auto rows = arranged.reshape({gates(), size});
  const int64_t whole = padded / kUnitsPerBlock, rest = padded % kUnitsPerBlock;
  std::vector<at::Tensor> parts;  // (4, units, size)
  if (whole > 0) {
    parts.push_back(rows.narrow(0, 0, 4 * whole * kUnitsPerBlock)
                        .reshape({whole, 4, kUnitsPerBlock, size})
                        .transpose(0, 1)
                        .reshape({4, whole * kUnitsPerBlock, size}));
  }
  if (rest > 0)
    parts.push_back(rows.narrow(0, gates() - 4 * rest, 4 * rest).reshape({4, rest, size}));
  auto shape = arranged.sizes().vec();
  shape[0] = 4 * hidden;
  return (parts.size() == 1 ? parts.front() : at::cat(parts, 1))
      .narrow(1, 0, hidden)
      .reshape(shape);
}

PackedLstmWeights pack_lstm_weights(const LstmWeights& weights, at::ScalarType type, LstmUse use,
                                    const VectorKernels& kernels) {
  const GateColumns columns(weights.weight_hh.size(1));
  const auto input = columns.arrange(weights.weight_ih.to(type));  // (4 padded, F)
  auto recurrent = columns.arrange(weights.weight_hh.to(type));    // (4 padded, H)
  if (columns.padded > columns.hidden) {
    recurrent = at::constant_pad_nd(recurrent, {0, columns.padded - columns.hidden});
  }
  PackedLstmWeights packed;
  packed.bias = columns.arrange(weights.bias_ih + weights.bias_hh);
  packed.input = PanelMatrix::of(input.t(), 4 * kUnitsPerBlock, kernels);
  packed.recurrent = PanelMatrix::of(recurrent.t(), 4 * kUnitsPerBlock, kernels);
  if (use == LstmUse::training) {
    packed.input_back = PanelMatrix::of(input, kBackwardPanel, kernels);
    packed.recurrent_back = PanelMatrix::of(recurrent, kBackwardPanel, kernels);
  }
  return packed;
}

}  // namespace mnemo
