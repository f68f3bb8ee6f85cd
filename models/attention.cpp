#include "models/attention.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "mnemo/error.h"

namespace mnemo {

SingleQueryAttentionImpl::SingleQueryAttentionImpl(const AttentionOptions& options)
    : options_(options) {
  const int64_t dim = options.embed_dim;
  if (options.heads < 1 || dim % options.heads != 0) {
    throw UsageError(
        fmt::format("{} attention heads do not divide the {} features", options.heads, dim));
  }
  in_proj_weight_ = register_parameter("in_proj_weight", torch::zeros({3 * dim, dim}));
  in_proj_bias_ = register_parameter("in_proj_bias", torch::zeros({3 * dim}));
  out_proj_ = register_module("out_proj", torch::nn::Linear(dim, dim));
}

AttentionOutput SingleQueryAttentionImpl::forward(const at::Tensor& query, const at::Tensor& memory,
                                                  const at::Tensor& mask) {
  const int64_t dim = options_.embed_dim, heads = options_.heads, head_dim = dim / heads;
  const auto weight = in_proj_weight_.chunk(3);  // each (D, D)
  const auto bias = in_proj_bias_.chunk(3);      // each (D)

  // With one query a sequence, projecting every key and value is wasted work: the key weight is
  // folded into the query, and the value weight applied after the weighted sum. The key bias adds
  // the same number to each score of a row, and the softmax cancels it.
  const auto projected =
      at::linear(query, weight[0], bias[0]).view({-1, heads, head_dim});    // (B, heads, d)
  const auto key_weight = weight[1].view({heads, head_dim, dim});           // (heads, d, D)
  const auto folded = at::einsum("bhd,hde->bhe", {projected, key_weight});  // (B, heads, D)
  auto scores = at::bmm(folded, memory.transpose(1, 2));                    // (B, heads, T)
  scores = scores / std::sqrt(static_cast<double>(head_dim));
  scores =
      scores.masked_fill(mask.logical_not().unsqueeze(1), -std::numeric_limits<float>::infinity());
  const auto weights = scores.softmax(-1);  // (B, heads, T)

  const auto summed = at::bmm(weights, memory);                      // (B, heads, D)
  const auto value_weight = weight[2].view({heads, head_dim, dim});  // (heads, d, D)
  const auto values = at::einsum("bhe,hde->bhd", {summed, value_weight}).flatten(1) + bias[2];
  return {.context = out_proj_(values), .weights = weights};
}

}  // namespace mnemo
