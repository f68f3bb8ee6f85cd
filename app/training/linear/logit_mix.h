// How much each of two models of the same classes should count in their sum.
#pragma once

#include <ATen/ATen.h>

namespace mnemo {

// The logits of both together are first * a + second * b.
struct LogitMix {
  double first = 0.5, second = 0.5;

  at::Tensor of(const at::Tensor& a, const at::Tensor& b) const { return a * first + b * second; }
};

// The shares, neither below 0, with the least cross-entropy of (V, C) logits, or (V, 1) of two
// classes, of texts whose class numbers are targets (V); by Newton's method. A half each is where
// it begins, and draws them as much as a text or two would, so that classes which are told apart
// without a fault do not drive them on and on.
LogitMix fit_mix(const at::Tensor& first, const at::Tensor& second, const at::Tensor& targets);

}  // namespace mnemo
