// Adversarial training of text classifiers (Miyato, Dai and Goodfellow 2017).
#pragma once

#include <ATen/ATen.h>

#include "models/sequence_batch.h"

namespace mnemo {

// The change that raises each sequence's loss most, to first order, among those of norm share |e|:
// share |e| g / |g|, with e the packed embeddings (N, E), g the loss's gradient by them, and L2
// norms over all steps of a sequence. -> (N, E) of the gradient's type. The paper normalises
// embeddings and takes a fixed norm; relative to |e| it cannot lose its force as embeddings grow. A
// sequence without a gradient is not changed.
at::Tensor adversarial_perturbation(const at::Tensor& embedded, const at::Tensor& gradient,
                                    const SequenceLayout& layout, double share);

}  // namespace mnemo
