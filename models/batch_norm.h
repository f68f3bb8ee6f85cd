// Batch norm of pooled vectors (Ioffe and Szegedy 2015) that can take any batch.
#pragma once

#include "models/torch_api.h"

namespace mnemo {

// pooled (B, D) -> (B, D). As torch.nn.BatchNorm1d; but one sample has no variance, so that such a
// batch is normalised by the running statistics in training, too, and leaves them as they are.
at::Tensor batch_normalized(torch::nn::BatchNorm1dImpl& norm, const at::Tensor& pooled,
                            bool training);

}  // namespace mnemo
