// A linear map of all steps of a series, beside recurrent layers: the wide part of "Wide & Deep"
// (Cheng et al. 2016). See app/tasks/series/linear_part.h.
#pragma once

#include <cstdint>

#include "models/sequence_batch.h"
#include "models/torch_api.h"

namespace mnemo {

// Buffers, since nothing learns them by gradient descent: `weight` (outputs, steps, features) and
// `bias` (outputs).
class LinearPartImpl : public torch::nn::Module {
 public:
  // It begins with weights of zero.
  LinearPartImpl(int64_t steps, int64_t features, int64_t outputs);

  // input (N, F) packed -> (B, outputs) in the batch's order. Steps that a shorter series lacks
  // count as 0, and those of a longer one beyond are not read.
  at::Tensor forward(const at::Tensor& input, const SequenceLayout& layout) const;

  void set(const at::Tensor& weight, const at::Tensor& bias);

 private:
  at::Tensor weight_, bias_;
};
TORCH_MODULE(LinearPart);

}  // namespace mnemo
