// Multi-head attention with one query a sequence (Vaswani et al. 2017).
//
// The query is the encoder's final hidden state, keys and values are all its hidden states. This is
// our reading of the source article, whose code passes a state tuple where a tensor belongs.
// Parameters are those of torch.nn.MultiheadAttention.
#pragma once

#include <cstdint>

#include "models/torch_api.h"

namespace mnemo {

struct AttentionOptions {
  int64_t embed_dim = 0;
  int64_t heads = 4;  // must divide embed_dim
};

struct AttentionOutput {
  at::Tensor context;  // (B, D)
  at::Tensor weights;  // (B, heads, T), each row sums to 1 over the sequence's own steps
};

class SingleQueryAttentionImpl : public torch::nn::Module {
 public:
  // Throws Error when heads does not divide embed_dim.
  explicit SingleQueryAttentionImpl(const AttentionOptions& options);

  // query (B, D), memory (B, T, D), mask (B, T) bool: true where a step exists.
  AttentionOutput forward(const at::Tensor& query, const at::Tensor& memory,
                          const at::Tensor& mask);

  // The two halves around the weighted sum, for those who have a way of their own to it.
  //
  // (B, D) -> (B, heads, D): what a memory vector is multiplied with to give its score. Projecting
  // every key and value is wasted work with one query a sequence: the key weight is folded into the
  // query. The key bias adds the same number to each score of a row, and the softmax cancels it.
  at::Tensor fold_query(const at::Tensor& query) const;
  // (B, heads, D), memory summed by the weights -> (B, D): the value weight, applied after the sum.
  at::Tensor project(const at::Tensor& attended);

 private:
  AttentionOptions options_;
  at::Tensor in_proj_weight_;  // (3 D, D): query, key, value
  at::Tensor in_proj_bias_;    // (3 D)
  torch::nn::Linear out_proj_{nullptr};
};
TORCH_MODULE(SingleQueryAttention);

}  // namespace mnemo
