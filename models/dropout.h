// Dropout whose randomness is passed in (Srivastava et al. 2014, inverted form).
#pragma once

#include <ATen/ATen.h>

#include "models/forward_context.h"

namespace mnemo {

// In training, each element is zeroed with probability `p` and the rest scaled by 1 / (1 - p);
// otherwise the input itself. Throws Error in training without a generator.
at::Tensor dropout(const at::Tensor& input, double p, bool training, const ForwardContext& context);

}  // namespace mnemo
