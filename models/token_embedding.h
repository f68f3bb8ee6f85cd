// Embedded tokens with their dropout, in one go.
#pragma once

#include <ATen/ATen.h>

#include "models/forward_context.h"

namespace mnemo {

struct EmbeddingDropout {
  double word = 0.0;     // on whole embedded tokens (Gal and Ghahramani 2016; each for itself)
  double element = 0.0;  // on the elements
};

// weight (V, E) fp32, ids (N) int64 from 0 to V - 1 -> (N, E): in the context's compute type by
// mnemo's kernels, which give the weight a sparse gradient that holds the rows looked up; in fp32,
// with a dense gradient, by LibTorch's operators. Row 0 is padding and gets no gradient. Dropout
// acts in training only, and needs the context's generator then.
at::Tensor embed_tokens(const at::Tensor& weight, const at::Tensor& ids,
                        const EmbeddingDropout& dropout, bool training,
                        const ForwardContext& context);

}  // namespace mnemo
