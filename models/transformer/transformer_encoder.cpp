#include "models/transformer/transformer_encoder.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "mnemo/error.h"
#include "models/dropout.h"

namespace mnemo {
namespace {

constexpr double kLongestWavelength = 10000.0;  // over 2 pi

torch::nn::LayerNorm layer_norm_of(int64_t size) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({size}).eps(kLayerNormEps));
}

// In the context's type, whatever those of input and parameters.
at::Tensor linear(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                  const ForwardContext& context) {
  const auto type = context.compute_type;
  return at::linear(input.to(type), weight.to(type), bias.to(type));
}

at::Tensor linear(const at::Tensor& input, const torch::nn::Linear& layer,
                  const ForwardContext& context) {
  return linear(input, layer->weight, layer->bias, context);
}

// LibTorch's fused attention draws its dropout from the global generator, so this is the way where
// there is dropout. All (B, heads, T, d).
at::Tensor attend_with_dropout(const at::Tensor& query, const at::Tensor& key,
                               const at::Tensor& value, const Sight& sight, double p,
                               const ForwardContext& context) {
  const auto scale = 1.0 / std::sqrt(static_cast<double>(query.size(3)));
  auto scores = at::matmul(query * scale, key.transpose(2, 3));  // (B, heads, T, T)
  scores = scores.to(at::promote_types(scores.scalar_type(), at::kFloat));
  constexpr double kHidden = -std::numeric_limits<double>::infinity();
  if (sight.causal) {
    const int64_t steps = query.size(2);
    const auto later = at::ones({steps, steps}, query.options().dtype(at::kBool)).triu(1);
    scores = scores.masked_fill(later, kHidden);
  } else if (sight.inside.defined()) {
    scores = scores.masked_fill(sight.inside.logical_not(), kHidden);
  }
  const auto weights = dropout(scores.softmax(3), p, /*training=*/true, context);
  return at::matmul(weights.to(value.scalar_type()), value);
}

Sight sight_over(const SequenceLayout& layout, bool bidirectional, at::Device device) {
  if (!bidirectional) return {.causal = true, .inside = {}};
  if (layout.equal_lengths()) return {};
  return {.causal = false, .inside = step_mask(layout, device).unsqueeze(1).unsqueeze(1)};
}

}  // namespace

void validate(const TransformerOptions& options) {
  if (options.hidden_size % options.heads != 0) {
    throw SettingError("attention-heads",
                       fmt::format("{} does not divide the Transformer's width {} (`hidden-size`, "
                                   "or each of `hidden-sizes`)",
                                   options.heads, options.hidden_size));
  }
}

at::Tensor sinusoidal_positions(int64_t steps, int64_t size, at::Device device) {
  const auto exponents = at::arange(0, size, 2, at::kDouble) * (-1.0 / static_cast<double>(size));
  const auto frequencies = at::pow(kLongestWavelength, exponents).to(device, at::kFloat);
  const auto steps_of = at::arange(steps, at::TensorOptions(at::kFloat).device(device));
  const auto angles = steps_of.unsqueeze(1) * frequencies;  // (steps, ceil(size / 2))
  return at::stack({angles.sin(), angles.cos()}, 2).flatten(1).narrow(1, 0, size);
}

SelfAttentionImpl::SelfAttentionImpl(const TransformerOptions& options)
    : heads_(options.heads), dropout_(options.dropout) {
  const int64_t size = options.hidden_size;
  in_proj_weight_ = register_parameter("in_proj_weight", torch::zeros({3 * size, size}));
  in_proj_bias_ = register_parameter("in_proj_bias", torch::zeros({3 * size}));
  out_proj_ = register_module("out_proj", torch::nn::Linear(size, size));
}

at::Tensor SelfAttentionImpl::forward(const at::Tensor& packed, const SequenceLayout& layout,
                                      const Sight& sight, const ForwardContext& context) {
  const int64_t size = packed.size(1);
  const auto projected = linear(packed, in_proj_weight_, in_proj_bias_, context);  // (N, 3 D)
  const auto parts = pad_steps(projected, layout)                                  // (T, B, 3 D)
                         .view({layout.steps(), layout.sequences(), 3, heads_, size / heads_})
                         .permute({2, 1, 3, 0, 4})  // (3, B, heads, T, d)
                         .unbind(0);
  const auto attended =
      is_training() && dropout_ > 0.0
          ? attend_with_dropout(parts[0], parts[1], parts[2], sight, dropout_, context)
          : at::scaled_dot_product_attention(
                parts[0], parts[1], parts[2],
                sight.inside.defined() ? std::optional(sight.inside) : std::nullopt,
                /*dropout_p=*/0.0, sight.causal);                 // (B, heads, T, d)
  const auto joined = attended.permute({2, 0, 1, 3}).flatten(2);  // (T, B, D)
  return linear(pack_steps(joined, layout), out_proj_, context);
}

TransformerLayerImpl::TransformerLayerImpl(const TransformerOptions& options)
    : dropout_(options.dropout) {
  const int64_t size = options.hidden_size;
  self_attn_ = register_module("self_attn", SelfAttention(options));
  linear1_ = register_module("linear1", torch::nn::Linear(size, options.feedforward()));
  linear2_ = register_module("linear2", torch::nn::Linear(options.feedforward(), size));
  norm1_ = register_module("norm1", layer_norm_of(size));
  norm2_ = register_module("norm2", layer_norm_of(size));
}

at::Tensor TransformerLayerImpl::forward(const at::Tensor& packed, const SequenceLayout& layout,
                                         const Sight& sight, const ForwardContext& context) {
  const auto dropped = [&](const at::Tensor& values) {
    return dropout(values, dropout_, is_training(), context);
  };
  const auto x = packed + dropped(self_attn_(norm1_(packed), layout, sight, context));
  const auto inner = dropped(at::gelu(linear(norm2_(x), linear1_, context)));  // (N, FF)
  return x + dropped(linear(inner, linear2_, context));
}

TransformerEncoderImpl::TransformerEncoderImpl(const TransformerOptions& options)
    : options_(options) {
  validate(options);
  const int64_t size = options.hidden_size;
  if (options.positions == Positions::learned) {
    if (options.longest < 1) throw Error("learned positions need the longest sequence's length");
    positions_ = register_parameter("positions", torch::zeros({options.longest, size}));
  }
  layers_ = register_module("layers", torch::nn::ModuleList());
  for (int64_t layer = 0; layer < options.layers; ++layer) {
    layers_->push_back(TransformerLayer(options));
  }
  norm_ = register_module("norm", layer_norm_of(size));
  if (options.projects()) {
    input_projection_ =
        register_module("input_projection", torch::nn::Linear(options.input_size, size));
  }
}

at::Tensor TransformerEncoderImpl::positioned(const at::Tensor& values,
                                              const SequenceLayout& layout) const {
  const int64_t steps = layout.steps();
  if (positions_.defined() && steps > options_.longest) {
    throw Error(
        fmt::format("a sequence has {} steps, and the model's learned positions end at {}, the "
                    "longest that it was trained for: shorten it, or train with `positions` "
                    "sinusoidal",
                    steps, options_.longest));
  }
  const auto table = positions_.defined()
                         ? positions_
                         : sinusoidal_positions(steps, options_.hidden_size, values.device());
  const auto step_of_row = at::arange(steps, at::kLong)
                               .repeat_interleave(layout.batch_sizes)
                               .to(values.device());  // (N)
  return values + at::embedding(table, step_of_row);
}

at::Tensor TransformerEncoderImpl::forward(const at::Tensor& packed, const SequenceLayout& layout,
                                           const ForwardContext& context) {
  const auto wide = at::promote_types(packed.scalar_type(), at::kFloat);  // fp32 at least
  auto x = input_projection_.is_empty() ? packed : linear(packed, input_projection_, context);
  x = x.to(wide);  // (N, D)
  if (options_.input_scale != 1.0) x = x * options_.input_scale;
  x = positioned(x, layout);
  const auto sight = sight_over(layout, options_.bidirectional, packed.device());
  for (const auto& layer : *layers_) {
    x = layer->as<TransformerLayer>()->forward(x, layout, sight, context);
  }
  return norm_(x).to(context.compute_type);
}

}  // namespace mnemo
