#include "models/export/transformer_source.h"

#include <fmt/format.h>

namespace mnemo {
namespace {

std::string positions_source(const TransformerOptions& options, const std::string& prefix) {
  switch (options.positions) {
    case Positions::sinusoidal:
      return fmt::format(
          "    exponents = torch.arange(0, {0}, 2, dtype=7, device=x.device) * (-1.0 / {0})\n"
          "    frequencies = torch.pow(10000.0, exponents).to(x.dtype)\n"
          "    angles = torch.arange(x.size(1), dtype=x.dtype, device=x.device).unsqueeze(1) * "
          "frequencies\n"
          "    x = x + torch.stack([angles.sin(), angles.cos()], 2).flatten(1)[:, :{0}]\n",
          options.hidden_size);
    case Positions::learned:
      return fmt::format(
          "    assert x.size(1) <= {1}, \"a sequence is longer than the learned positions, {1}\"\n"
          "    x = x + self.{0}positions[:x.size(1)]\n",
          prefix, options.longest);
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled positions");
}

std::string linear(const std::string& input, const std::string& layer) {
  return fmt::format("torch.linear({0}, self.{1}weight, self.{1}bias)", input, layer);
}

std::string layer_norm(const TransformerOptions& options, const std::string& layer) {
  return fmt::format("torch.layer_norm(x, [{0}], self.{1}weight, self.{1}bias, {2}, False)",
                     options.hidden_size, layer, kLayerNormEps);
}

std::string layer_source(const TransformerOptions& options, const std::string& prefix,
                         const std::string& inside) {
  return fmt::format(
      "    y = {norm1}\n"
      "    y = torch.linear(y, self.{prefix}self_attn_in_proj_weight, "
      "self.{prefix}self_attn_in_proj_bias)\n"
      "    y = y.view([y.size(0), y.size(1), 3, {heads}, {head}]).permute([2, 0, 3, 1, 4])\n"
      "    y = torch.scaled_dot_product_attention(y[0], y[1], y[2], {inside}, 0.0, {causal})\n"
      "    y = y.transpose(1, 2).flatten(2)\n"
      "    x = x + {out}\n"
      "    y = torch.gelu({linear1})\n"
      "    x = x + {linear2}\n",
      fmt::arg("norm1", layer_norm(options, prefix + "norm1_")), fmt::arg("prefix", prefix),
      fmt::arg("heads", options.heads), fmt::arg("head", options.hidden_size / options.heads),
      fmt::arg("inside", inside), fmt::arg("causal", options.bidirectional ? "False" : "True"),
      fmt::arg("out", linear("y", prefix + "self_attn_out_proj_")),
      fmt::arg("linear1", linear(layer_norm(options, prefix + "norm2_"), prefix + "linear1_")),
      fmt::arg("linear2", linear("y", prefix + "linear2_")));
}

}  // namespace

std::string transformer_source(const TransformerOptions& options, const std::string& prefix,
                               const std::string& mask) {
  std::string code;
  if (!mask.empty()) {  // padding may hold what is no number, which a weight of 0 would let through
    code += fmt::format("    x = x.masked_fill({}.logical_not().unsqueeze(2), 0.0)\n", mask);
  }
  if (options.projects()) {
    code += fmt::format("    x = {}\n", linear("x", prefix + "input_projection_"));
  }
  if (options.input_scale != 1.0) code += fmt::format("    x = x * {}\n", options.input_scale);
  code += positions_source(options, prefix);
  // Causal attention needs no mask: padding comes after all that a step sees.
  const bool masks = options.bidirectional && !mask.empty();
  if (masks) code += fmt::format("    inside = {}.unsqueeze(1).unsqueeze(1)\n", mask);
  for (int64_t layer = 0; layer < options.layers; ++layer) {
    code += layer_source(options, fmt::format("{}layers_{}_", prefix, layer),
                         masks ? "inside" : "None");
  }
  return code + fmt::format("    x = {}\n", layer_norm(options, prefix + "norm_"));
}

}  // namespace mnemo
