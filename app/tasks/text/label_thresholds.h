// Thresholds: the probability from which on a text is said to have a label.
#pragma once

#include <ATen/ATen.h>

#include <vector>

namespace mnemo {

// A label that fewer rows have shares the threshold of all.
inline constexpr int64_t kLeastRowsOfThreshold = 20;

// The thresholds with the highest F1 on rows held out: of each label by itself that enough of them
// have, else one for all labels by micro F1. Each lies half-way between two probabilities, and a
// half is taken where it is as good. probabilities (V, C) fp32, truths (V, C) of 0 and 1.
std::vector<double> fit_thresholds(const at::Tensor& probabilities, const at::Tensor& truths);

}  // namespace mnemo
