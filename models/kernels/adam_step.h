// One step of Adam (Kingma and Ba 2015, algorithm 1), as torch.optim.Adam computes it. A plain
// loop, of which the compiler makes vectors: the language extension has no square root.
#pragma once

#include "models/kernels/vector_kernels.h"

namespace mnemo {
namespace {

// Takes a copy: what a loop reads by reference could be what it writes, for all that Clang knows.
template <bool kHasGradient>
inline void adam_numbers(const AdamUpdate u) {
  float* __restrict parameter = u.parameter;
  float* __restrict exp_avg = u.exp_avg;
  float* __restrict exp_avg_sq = u.exp_avg_sq;
  const float* __restrict gradient = u.gradient;
  for (int64_t i = 0; i < u.count; ++i) {
    const float g = kHasGradient ? gradient[i] * u.gradient_scale : 0.0F;
    const float m = exp_avg[i] + (g - exp_avg[i]) * u.one_minus_beta1;
    const float v = u.beta2 * exp_avg_sq[i] + u.one_minus_beta2 * g * g;
    exp_avg[i] = m;
    exp_avg_sq[i] = v;
    parameter[i] -= u.step_size * m / (__builtin_sqrtf(v) / u.root_of_bias_2 + u.eps);
  }
}

void adam(const AdamUpdate& update) {
  if (update.gradient != nullptr) {
    adam_numbers<true>(update);
  } else {
    adam_numbers<false>(update);
  }
}

}  // namespace
}  // namespace mnemo
