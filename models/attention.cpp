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

at::Tensor SingleQueryAttentionImpl::fold_query(const at::Tensor& query) const {
  const int64_t dim = options_.embed_dim, heads = options_.heads, head_dim = dim / heads;
  const auto projected =
      at::linear(query, in_proj_weight_.narrow(0, 0, dim), in_proj_bias_.narrow(0, 0, dim))
          .view({-1, heads, head_dim});  // (B, heads, d)
  const auto key_weight =
      in_proj_weight_.narrow(0, dim, dim).view({heads, head_dim, dim});     // (heads, d, D)
  const auto folded = at::einsum("bhd,hde->bhe", {projected, key_weight});  // (B, heads, D)
  return folded / std::sqrt(static_cast<double>(head_dim));
}

at::Tensor SingleQueryAttentionImpl::project(const at::Tensor& attended) {
  const int64_t dim = options_.embed_dim, heads = options_.heads, head_dim = dim / heads;
  const auto value_weight =
      in_proj_weight_.narrow(0, 2 * dim, dim).view({heads, head_dim, dim});  // (heads, d, D)
  const auto values = at::einsum("bhe,hde->bhd", {attended, value_weight}).flatten(1);  // (B, D)
  return out_proj_(values + in_proj_bias_.narrow(0, 2 * dim, dim));
}

AttentionOutput SingleQueryAttentionImpl::forward(const at::Tensor& query, const at::Tensor& memory,
                                                  const at::Tensor& mask) {
  const auto scores =
      at::bmm(fold_query(query), memory.transpose(1, 2))  // (B, heads, T)
          .masked_fill(mask.logical_not().unsqueeze(1), -std::numeric_limits<float>::infinity());
  const auto weights = scores.softmax(-1);  // (B, heads, T)
  return {.context = project(at::bmm(weights, memory)), .weights = weights};
}

}  // namespace mnemo
