// Integrated gradients (Sundararajan, Taly and Yan 2017): how much each element of an input adds to
// a score, along the straight line from a baseline to the input.
//
//   contribution_i = (x_i - b_i) * integral from 0 to 1 of d score / d x_i at b + a (x - b) da
//
// Contributions sum to score(x) - score(b), the completeness that the paper proves. It is what
// tells the quadrature's error here: on any part of the line the integral of all elements together
// must be the difference of the scores at its ends. Parts where it is not are halved.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>

namespace mnemo {

struct ScoredPoints {
  at::Tensor scores;     // (P)
  at::Tensor gradients;  // (P, ...) of each score with respect to its own point
};
// points (P, ...) fp32
using ScorePoints = std::function<ScoredPoints(const at::Tensor& points)>;

// Points of the line after which the parts stay as they are.
inline constexpr int64_t kMostPathPoints = 1024;

struct PathIntegral {
  at::Tensor contributions;  // (...) fp64, shaped as the input
  double score = 0.0;        // of the input
  double baseline = 0.0;     // score of the baseline
  int64_t points = 0;        // that were looked at

  double difference() const { return score - baseline; }
  // The part of the difference, of 0.1 where it is less, that completeness lacks.
  double error() const;
};

// An error beyond which contributions are not to be taken for what they claim to be.
inline constexpr double kLargestError = 0.01;

// baseline and input (...) fp32, of one shape.
PathIntegral integrate_path(const at::Tensor& baseline, const at::Tensor& input,
                            const ScorePoints& score);

}  // namespace mnemo
