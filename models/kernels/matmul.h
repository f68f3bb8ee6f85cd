// Small matrix products from operands that lie in the cache, by LibTorch's batch-reduce GEMM
// (at::native::cpublas::brgemm, which is oneDNN's). It generates code for each shape it meets, and
// keeps that for each thread.
#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>

#include "models/kernels/vector_kernels.h"

namespace mnemo {

// True when this build, this LibTorch and this CPU multiply matrices of the type (kFloat or
// kBFloat16) so.
bool has_block_matmul(at::ScalarType type);

enum class Sum { replace, add };

// result (m, n) = left (m, k) right (k, n), or that is added to it; fp32 sums. `right` is without
// gap, and for bf16 has its rows interleaved in pairs, so k is even. Strides are numbers from row
// to row.
void block_matmul(int64_t m, int64_t n, int64_t k, const float* left, int64_t left_stride,
                  const float* right, float* result, int64_t result_stride, Sum sum);
void block_matmul(int64_t m, int64_t n, int64_t k, const Bf16Bits* left, int64_t left_stride,
                  const Bf16Bits* right, float* result, int64_t result_stride, Sum sum);

// Lets the CPU's matrix unit go; the thread's last product is behind it.
void end_block_matmul();

// A right operand (K, N) cut into panels of columns, each (K, width) without gap, as block_matmul
// reads it.
struct PanelMatrix {
  int64_t rows = 0;           // K, even
  int64_t columns = 0;        // N
  int64_t panel_columns = 0;  // the last panel has what is left
  at::Tensor storage;         // (K N)

  // matrix (rows, N) with rows <= K; the rows that lack are zero.
  static PanelMatrix of(const at::Tensor& matrix, int64_t panel_columns,
                        const VectorKernels& kernels);

  int64_t panels() const { return (columns + panel_columns - 1) / panel_columns; }
  int64_t width(int64_t panel) const {
    return std::min(panel_columns, columns - panel * panel_columns);
  }
  template <typename Storage>
  const Storage* panel(int64_t index) const {
    return static_cast<const Storage*>(storage.const_data_ptr()) + index * panel_columns * rows;
  }
};

}  // namespace mnemo
