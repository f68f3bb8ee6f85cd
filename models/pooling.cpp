#include "models/pooling.h"

#include <algorithm>
#include <limits>

#include "mnemo/error.h"

namespace mnemo {

SequencePoolingImpl::SequencePoolingImpl(const PoolingOptions& options, int64_t size)
    : options_(options) {
  if (options.kinds.empty()) throw UsageError("pooling needs at least one kind");
  if (std::ranges::find(options.kinds, Pooling::attention) != options.kinds.end()) {
    attention_ = register_module("attention", SingleQueryAttention(AttentionOptions{
                                                  .embed_dim = size, .heads = options.heads}));
  }
}

PooledOutput SequencePoolingImpl::forward(const at::Tensor& packed, const at::Tensor& final_hidden,
                                          const SequenceLayout& layout) {
  PooledOutput output;
  std::vector<at::Tensor> parts;  // each (B, D)
  for (const Pooling kind : options_.kinds) {
    switch (kind) {
      case Pooling::attention: {
        const auto memory = pad_steps(packed, layout).transpose(0, 1);  // (B, T, D)
        auto attended = attention_(final_hidden, memory, step_mask(layout, packed.device()));
        parts.push_back(attended.context);
        output.attention = attended.weights;
        break;
      }
      case Pooling::last:
        parts.push_back(final_hidden);
        break;
      case Pooling::mean: {
        const auto lengths = layout.lengths_tensor().to(packed.device()).unsqueeze(1);  // (B, 1)
        parts.push_back(pad_steps(packed, layout).sum(0) / lengths);
        break;
      }
      case Pooling::max:
        parts.push_back(
            pad_steps(packed, layout, -std::numeric_limits<double>::infinity()).amax(0));
        break;
    }
  }
  output.values = parts.size() == 1 ? parts.front() : at::cat(parts, 1);
  return output;
}

}  // namespace mnemo
