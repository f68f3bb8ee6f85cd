#include "models/pooling.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "mnemo/error.h"
#include "models/packed_pooling.h"

namespace mnemo {

void validate(const PoolingOptions& options, int64_t size, const std::string& origin) {
  const bool attends = std::ranges::find(options.kinds, Pooling::attention) != options.kinds.end();
  if (!attends || size % options.heads == 0) return;
  throw SettingError("heads", fmt::format("{} does not divide the encoder's output size {} ({})",
                                          options.heads, size, origin));
}

SequencePoolingImpl::SequencePoolingImpl(const PoolingOptions& options, int64_t size)
    : options_(options) {
  if (options.kinds.empty()) throw UsageError("pooling needs at least one kind");
  if (asks_for(Pooling::attention)) {
    attention_ = register_module("attention", SingleQueryAttention(AttentionOptions{
                                                  .embed_dim = size, .heads = options.heads}));
  }
}

bool SequencePoolingImpl::asks_for(Pooling kind) const {
  return std::ranges::find(options_.kinds, kind) != options_.kinds.end();
}

PooledOutput SequencePoolingImpl::by_kernels(const at::Tensor& packed,
                                             const at::Tensor& final_hidden,
                                             const SequenceLayout& layout,
                                             const VectorKernels& kernels) {
  PackedPoolingRequest request;
  request.mean = asks_for(Pooling::mean);
  request.max = asks_for(Pooling::max);
  if (asks_for(Pooling::attention)) request.query = attention_->fold_query(final_hidden);
  const auto pooled = pool_packed(packed, layout, request, kernels);
  std::vector<at::Tensor> parts;  // each (B, D)
  for (const Pooling kind : options_.kinds) {
    switch (kind) {
      case Pooling::attention:
        parts.push_back(attention_->project(pooled.attended));
        break;
      case Pooling::last:
        parts.push_back(final_hidden);
        break;
      case Pooling::mean:
        parts.push_back(pooled.mean);
        break;
      case Pooling::max:
        parts.push_back(pooled.max);
        break;
    }
  }
  return {.values = at::cat(parts, 1), .attention = pooled.weights};
}

PooledOutput SequencePoolingImpl::by_padding(const at::Tensor& packed,
                                             const at::Tensor& final_hidden,
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
  output.values = at::cat(parts, 1);
  return output;
}

PooledOutput SequencePoolingImpl::forward(const at::Tensor& packed, const at::Tensor& final_hidden,
                                          const SequenceLayout& layout,
                                          const ForwardContext& context) {
  const auto type = packed.scalar_type();
  const auto* kernels = packed.device().is_cpu() && (type == at::kFloat || type == at::kBFloat16)
                            ? vector_kernels(context.kernel_path)
                            : nullptr;
  if (kernels != nullptr) return by_kernels(packed, final_hidden, layout, *kernels);
  return by_padding(packed.to(final_hidden.scalar_type()), final_hidden, layout);
}

}  // namespace mnemo
