// The loss that classifiers learn from: cross-entropy, with what makes it gentler or fairer.
#pragma once

#include <cstdint>

#include "app/training/batch_order.h"
#include "models/torch_api.h"

namespace mnemo {

enum class ClassWeights {
  none,
  balanced,  // inversely to how often a class occurs, so that all classes weigh alike
};

struct ClassLossOptions {
  // Share of a target's probability that is spread over all classes (Szegedy et al. 2016).
  double label_smoothing = 0.0;
  ClassWeights class_weights = ClassWeights::none;
  Sampling sampling = Sampling::all;

  // True when nothing is asked for that only classes have.
  bool is_plain() const {
    return label_smoothing == 0.0 && class_weights == ClassWeights::none &&
           sampling == Sampling::all;
  }
  BatchOrder order() const {
    return sampling == Sampling::balanced ? BatchOrder::balanced : BatchOrder::shuffled;
  }
};

// Throws UsageError for what would balance twice.
void validate(const ClassLossOptions& options);

// The loss of classes, or of labels of which a sample may have any number.
struct ClassLoss {
  double label_smoothing = 0.0;
  // Fp32 (C); of labels (2, C), of samples without and with each; undefined: all 1.
  at::Tensor weights = {};
};

// labels (N) int64, the class numbers of the training samples. Balanced weights are N / (C n_c)
// (King and Zeng 2001), whose mean over the samples is 1 when each class has some; of one without
// 0.
ClassLoss make_class_loss(const ClassLossOptions& options, const at::Tensor& labels,
                          int64_t classes);

// (C, C) fp64: what each class weighs in the loss of a sample of the row's label, whose loss is
// minus the sum of these times the logarithms of the probabilities.
at::Tensor class_loss_targets(const ClassLoss& loss, int64_t classes);

// The sum over the batch of torch.nn.functional.cross_entropy's terms with such weights and
// smoothing. logits (B, C), or (B, 1) for two classes, which stand for (0, logit); targets (B)
// int64.
at::Tensor class_loss_sum(const ClassLoss& loss, const at::Tensor& logits,
                          const at::Tensor& targets);

// The loss of labels, each of which a sample has or has not: the classes of make_class_loss() are
// then these two, for each label by itself. positives (C): how many of `samples` have each.
ClassLoss make_label_loss(const ClassLossOptions& options, const at::Tensor& positives,
                          int64_t samples);

// The loss of one of these labels alone, as that of two classes.
ClassLoss loss_of_label(const ClassLoss& loss, int64_t label);

// The sum over the batch of each sample's mean over its labels of
// torch.nn.functional.binary_cross_entropy_with_logits, with such weights, and targets t that are
// smoothed to t (1 - s) + s / 2. logits (B, C), targets (B, C) fp32 of 0 and 1.
at::Tensor label_loss_sum(const ClassLoss& loss, const at::Tensor& logits,
                          const at::Tensor& targets);

// Mean cross-entropy of the samples that have a second label, times the number of all; undefined
// when none has. logits (B, C), targets (B) int64, -1: none.
at::Tensor aux_loss_sum(const at::Tensor& logits, const at::Tensor& targets);

}  // namespace mnemo
