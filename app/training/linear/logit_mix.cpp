#include "app/training/linear/logit_mix.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/text_classifier.h"

namespace mnemo {
namespace {

using Shares = std::array<double, 2>;

struct Curve {
  double value = 0.0;
  Shares slope = {};
  std::array<double, 3> curvature = {};  // aa, ab, bb
};

// (V, 1) logits of two classes as those of both, (V, 2) fp64.
at::Tensor of_all_classes(const at::Tensor& logits) {
  const auto wide = logits.to(at::kDouble);
  return wide.size(1) > 1 ? wide : at::cat({at::zeros_like(wide), wide}, 1);
}

class MixLoss {
 public:
  MixLoss(const at::Tensor& first, const at::Tensor& second, const at::Tensor& targets)
      : logits_{of_all_classes(first), of_all_classes(second)}, targets_(targets) {
    right_ = at::one_hot(targets, logits_[0].size(1)).to(at::kDouble);  // (V, C)
  }

  Curve at(const Shares& shares) const {
    const auto mixed = logits_[0] * shares[0] + logits_[1] * shares[1];
    const auto probabilities = mixed.softmax(1);
    Curve curve;
    curve.value = cross_entropy_sum(mixed, targets_).item<double>();
    std::array<at::Tensor, 2> means;  // (V) of each part's logits by the probabilities
    for (size_t i = 0; i < 2; ++i) {
      curve.slope[i] = ((probabilities - right_) * logits_[i]).sum().item<double>();
      means[i] = (probabilities * logits_[i]).sum(1);
    }
    for (size_t i = 0; i < 3; ++i) {
      const size_t a = i / 2, b = (i + 1) / 2;
      const auto products = (probabilities * logits_[a] * logits_[b]).sum(1) - means[a] * means[b];
      curve.curvature[i] = products.sum().item<double>();
    }
    for (size_t i = 0; i < 2; ++i) {  // as a text or two would
      const double away = shares[i] - LogitMix{}.first;
      curve.value += away * away / 2.0;
      curve.slope[i] += away;
      curve.curvature[2 * i] += 1.0;
    }
    return curve;
  }

 private:
  std::array<at::Tensor, 2> logits_;
  at::Tensor targets_, right_;
};

// Newton's step, in which a share that is 0 and would fall stays.
Shares newton_step(const Curve& curve, const Shares& shares) {
  const auto& [aa, ab, bb] = curve.curvature;
  const bool a_stays = shares[0] == 0.0 && curve.slope[0] > 0.0;
  const bool b_stays = shares[1] == 0.0 && curve.slope[1] > 0.0;
  if (a_stays && b_stays) return {};
  if (a_stays) return {0.0, -curve.slope[1] / bb};
  if (b_stays) return {-curve.slope[0] / aa, 0.0};
  const double determinant = aa * bb - ab * ab;
  return {-(bb * curve.slope[0] - ab * curve.slope[1]) / determinant,
          -(aa * curve.slope[1] - ab * curve.slope[0]) / determinant};
}

}  // namespace

LogitMix fit_mix(const at::Tensor& first, const at::Tensor& second, const at::Tensor& targets) {
  constexpr int kSteps = 50, kHalvings = 20;
  constexpr double kSmallest = 1e-7;  // move of a share that is worth a step
  const MixLoss loss(first, second, targets);
  Shares shares = {LogitMix{}.first, LogitMix{}.second};
  Curve curve = loss.at(shares);
  for (int step = 0; step < kSteps; ++step) {
    auto [a, b] = newton_step(curve, shares);
    bool falls = false;
    for (int halving = 0; halving < kHalvings && !falls; ++halving, a /= 2.0, b /= 2.0) {
      const Shares next = {std::max(0.0, shares[0] + a), std::max(0.0, shares[1] + b)};
      const double move = std::max(std::abs(next[0] - shares[0]), std::abs(next[1] - shares[1]));
      if (move < kSmallest) break;
      const Curve there = loss.at(next);
      if (!(there.value < curve.value)) continue;
      shares = next;
      curve = there;
      falls = true;
    }
    if (!falls) break;
  }
  return {.first = shares[0], .second = shares[1]};
}

}  // namespace mnemo
