// From all hidden states of a sequence to one vector: attention, last state, mean, maximum, or
// several of them side by side.
#pragma once

#include <cstdint>
#include <vector>

#include "models/attention.h"
#include "models/recurrent/recurrent_encoder.h"
#include "models/sequence_batch.h"
#include "models/torch_api.h"

namespace mnemo {

enum class Pooling { attention, last, mean, max };

struct PoolingOptions {
  std::vector<Pooling> kinds = {Pooling::attention, Pooling::max};  // concatenated in this order
  int64_t heads = 4;                                                // of attention
};

struct PooledOutput {
  at::Tensor values;     // (B, kinds * D)
  at::Tensor attention;  // (B, heads, T), undefined without attention
};

class SequencePoolingImpl : public torch::nn::Module {
 public:
  // `size` is the encoder's output size D.
  SequencePoolingImpl(const PoolingOptions& options, int64_t size);

  // encoded.values (N, D); `final_hidden` (B, D): the last layer's final states, directions joined.
  PooledOutput forward(const at::Tensor& packed, const at::Tensor& final_hidden,
                       const SequenceLayout& layout);

 private:
  PoolingOptions options_;
  SingleQueryAttention attention_{nullptr};
};
TORCH_MODULE(SequencePooling);

}  // namespace mnemo
