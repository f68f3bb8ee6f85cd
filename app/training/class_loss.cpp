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

ClassLoss make_label_loss(const ClassLossOptions& options, const at::Tensor& positives,
                          int64_t samples) {
  ClassLoss loss{.label_smoothing = options.label_smoothing};
  if (options.class_weights == ClassWeights::balanced) {
    const auto with = positives.to(at::kDouble);                                 // (C)
    const auto counts = at::stack({static_cast<double>(samples) - with, with});  // (2, C)
    const double fair = static_cast<double>(samples) / 2.0;
    loss.weights = at::where(counts > 0.0, fair / counts, at::zeros_like(counts)).to(at::kFloat);
  }
  return loss;
}

ClassLoss loss_of_label(const ClassLoss& loss, int64_t label) {
  ClassLoss alone{.label_smoothing = loss.label_smoothing};
  if (loss.weights.defined()) alone.weights = loss.weights.select(1, label).contiguous();  // (2)
  return alone;
}

at::Tensor label_loss_sum(const ClassLoss& loss, const at::Tensor& logits,
                          const at::Tensor& targets) {
  const auto labels = static_cast<double>(logits.size(1));
  const double smoothing = loss.label_smoothing;
  const auto soft = smoothing == 0.0 ? targets : targets * (1.0 - smoothing) + smoothing / 2.0;
  if (!loss.weights.defined()) {
    return at::binary_cross_entropy_with_logits(logits, soft, /*weight=*/{}, /*pos_weight=*/{},
                                                at::Reduction::Sum) /
           labels;
  }
  const auto weights = loss.weights.to(logits.device());  // (2, C)
  const auto terms = weights[1] * soft * at::log_sigmoid(logits) +
                     weights[0] * (1.0 - soft) * at::log_sigmoid(logits.neg());  // (B, C)
  return terms.sum().neg() / labels;
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
