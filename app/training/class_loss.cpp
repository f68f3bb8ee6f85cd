#include "app/training/class_loss.h"

#include "mnemo/error.h"
#include "models/text_classifier.h"

namespace mnemo {

void validate(const ClassLossOptions& options) {
  if (options.sampling == Sampling::balanced && options.class_weights != ClassWeights::none) {
    throw SettingError("sampling",
                       "balanced and `class-weights` balanced would favour rare labels twice",
                       "drop one of the two");
  }
}

ClassLoss make_class_loss(const ClassLossOptions& options, const at::Tensor& labels,
                          int64_t classes) {
  ClassLoss loss{.label_smoothing = options.label_smoothing};
  if (options.class_weights == ClassWeights::balanced) {
    const auto counts = labels.bincount({}, classes).to(at::kDouble);  // (C)
    const double fair = static_cast<double>(labels.size(0)) / static_cast<double>(classes);
    loss.weights = at::where(counts > 0.0, fair / counts, at::zeros_like(counts)).to(at::kFloat);
  }
  return loss;
}

at::Tensor class_loss_targets(const ClassLoss& loss, int64_t classes) {
  const auto smoothed = at::eye(classes, at::kDouble) * (1.0 - loss.label_smoothing) +
                        loss.label_smoothing / static_cast<double>(classes);
  return loss.weights.defined() ? smoothed * loss.weights.to(at::kDouble) : smoothed;
}

at::Tensor class_loss_sum(const ClassLoss& loss, const at::Tensor& logits,
                          const at::Tensor& targets) {
  if (!loss.weights.defined() && loss.label_smoothing == 0.0) {
    return cross_entropy_sum(logits, targets);
  }
  const auto both =
      logits.size(1) > 1 ? logits : at::cat({at::zeros_like(logits), logits}, 1);  // (B, C)
  const auto weights = loss.weights.defined() ? loss.weights.to(logits.device()) : at::Tensor();
  return at::cross_entropy_loss(both, targets, weights, at::Reduction::Sum, /*ignore_index=*/-100,
                                loss.label_smoothing);
}

at::Tensor aux_loss_sum(const at::Tensor& logits, const at::Tensor& targets) {
  constexpr int64_t kUnknownLabel = -1;
  const auto known = targets.ne(kUnknownLabel).sum().item<int64_t>();
  if (known == 0) return {};
  const auto sum =
      at::cross_entropy_loss(logits, targets, /*weight=*/{}, at::Reduction::Sum, kUnknownLabel);
  return sum * (static_cast<double>(targets.size(0)) / static_cast<double>(known));
}

}  // namespace mnemo
