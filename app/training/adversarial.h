// Adversarial training of text classifiers (Miyato, Dai and Goodfellow 2017).
#pragma once

#include <ATen/ATen.h>

#include "models/sequence_batch.h"

namespace mnemo {

// The change of `norm` (L2, over all steps of a sequence) that raises each sequence's loss most, to
// first order: norm g / |g|. gradient (N, E) of the loss by the packed embeddings -> (N, E) of its
// type. A sequence without a gradient is not changed.
at::Tensor adversarial_perturbation(const at::Tensor& gradient, const SequenceLayout& layout,
                                    double norm);

}  // namespace mnemo
