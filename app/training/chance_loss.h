// The cost of answering every sample alike: a model that is no better has learnt nothing.
#pragma once

#include "models/torch_api.h"

namespace mnemo {

// The mean loss over the samples held out of the one answer that the training samples suggest.
// Classes: their shares. train (N), valid (V) int64.
double chance_loss_of_classes(const at::Tensor& train, const at::Tensor& valid, int64_t classes);
// Labels of which a sample may have any number: the share of each; the mean over labels, too.
// train (N, C), valid (V, C) of 0 and 1.
double chance_loss_of_labels(const at::Tensor& train, const at::Tensor& valid);
// Numbers: their means, by squared error. train (N, K), valid (V, K).
double chance_loss_of_numbers(const at::Tensor& train, const at::Tensor& valid);

}  // namespace mnemo
