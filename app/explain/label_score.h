// The one number that stands for a label, and its gradient.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>

#include "app/explain/path_integral.h"

namespace mnemo {

// (B, C) logits, or (B, 1) of two labels -> (B) log-odds of `label`, log(p / (1 - p)).
at::Tensor label_log_odds(const at::Tensor& logits, int64_t label);

// Points (P, ...) and the gradients of what `score` makes of them, (P), each point by itself.
ScoredPoints with_gradients(const at::Tensor& points,
                            const std::function<at::Tensor(const at::Tensor&)>& score);

}  // namespace mnemo
