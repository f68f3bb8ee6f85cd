// Pooling over packed sequences by mnemo's own kernels: no padded copy is made.
#pragma once

#include <ATen/ATen.h>

#include "models/kernels/vector_kernels.h"
#include "models/sequence_batch.h"

namespace mnemo {

struct PackedPoolingRequest {
  at::Tensor query;  // (B, heads, D) fp32; undefined: no attention
  bool mean = false;
  bool max = false;
};

// fp32, in the order of the layout. Undefined unless asked for.
struct PackedPooling {
  at::Tensor attended;  // (B, heads, D): the values' sum, weighted by `weights`
  at::Tensor weights;   // (B, heads, T): softmax of query . value over the sequence's own steps;
                        // 0 past its end. Not differentiable.
  at::Tensor mean;      // (B, D)
  at::Tensor max;       // (B, D)
};

// values (N, D) in fp32 or bf16, on the CPU. If steps tie for the maximum, the first one takes its
// gradient.
PackedPooling pool_packed(const at::Tensor& values, const SequenceLayout& layout,
                          const PackedPoolingRequest& request, const VectorKernels& kernels);

}  // namespace mnemo
