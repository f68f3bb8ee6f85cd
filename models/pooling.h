// Turns all hidden states of a sequence into one vector: attention, last state, mean, maximum, or
// several of them side by side.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/attention.h"
#include "models/forward_context.h"
#include "models/recurrent/recurrent_encoder.h"
#include "models/sequence_batch.h"
#include "models/torch_api.h"

namespace mnemo {

enum class Pooling { attention, last, mean, max };

struct PoolingOptions {
  std::vector<Pooling> kinds = {Pooling::attention, Pooling::max};  // concatenated in this order
  int64_t heads = 4;                                                // of attention

  bool operator==(const PoolingOptions&) const = default;
};

// Throws SettingError when attention is asked for and its heads do not divide the encoder's output
// size `size`; `origin` says in the message where that comes from.
void validate(const PoolingOptions& options, int64_t size, const std::string& origin);

struct PooledOutput {
  at::Tensor values;     // (B, kinds * D)
  at::Tensor attention;  // (B, heads, T), undefined without attention; to look at, not to train by
};

class SequencePoolingImpl : public torch::nn::Module {
 public:
  // `size` is the encoder's output size D.
  SequencePoolingImpl(const PoolingOptions& options, int64_t size);

  // packed (N, D) in fp32 or the type of the context; `final_hidden` (B, D): the last layer's final
  // states, directions joined.
  PooledOutput forward(const at::Tensor& packed, const at::Tensor& final_hidden,
                       const SequenceLayout& layout, const ForwardContext& context = {});

 private:
  bool asks_for(Pooling kind) const;
  // Both return each kind's part of the result, and what attention looked at.
  PooledOutput by_kernels(const at::Tensor& packed, const at::Tensor& final_hidden,
                          const SequenceLayout& layout, const VectorKernels& kernels);
  PooledOutput by_padding(const at::Tensor& packed, const at::Tensor& final_hidden,
                          const SequenceLayout& layout);

  PoolingOptions options_;
  SingleQueryAttention attention_{nullptr};
};
TORCH_MODULE(SequencePooling);

}  // namespace mnemo
