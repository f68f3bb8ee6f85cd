// Dropout whose randomness is passed in (Srivastava et al. 2014, inverted form).
#pragma once

#include <ATen/ATen.h>

#include "models/forward_context.h"
#include "models/sequence_batch.h"

namespace mnemo {

// In training, each element is zeroed with probability `p` and the rest scaled by 1 / (1 - p);
// otherwise the input itself. Throws Error in training without a generator.
at::Tensor dropout(const at::Tensor& input, double p, bool training, const ForwardContext& context);

// Dropout on the steps of packed sequences.
struct StepDropout {
  double p = 0.0;
  bool variational = false;  // one mask for all steps of a sequence (Gal and Ghahramani 2016)
};

// packed (N, ...): as dropout(), element by element or with one mask a sequence.
at::Tensor step_dropout(const at::Tensor& packed, const SequenceLayout& layout,
                        const StepDropout& drop, bool training, const ForwardContext& context);

// The same for whole rows of `input` (N, ...): a row is zeroed or scaled as one. Over embedded
// tokens this is word dropout (Gal and Ghahramani 2016; here each token for itself).
at::Tensor row_dropout(const at::Tensor& input, double p, bool training,
                       const ForwardContext& context);

// A new seed out of the context's generator, on the CPU, for dropout by mnemo's kernels.
RandomDrop random_drop(double p, const ForwardContext& context);

}  // namespace mnemo
