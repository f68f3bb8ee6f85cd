#include "models/export/series_model_source.h"

#include <fmt/format.h>

#include "models/export/sequence_source.h"

namespace mnemo {
namespace {

// z_normalized() of the model, over padded steps.
std::string z_normalization_source() {
  return fmt::format(
      "    inside = mask.unsqueeze(2)\n"
      "    count = lengths.view(-1, 1, 1)\n"
      "    x = x.masked_fill(inside.logical_not(), 0.0)\n"
      "    x = (x - x.sum([1], True) / count) * inside\n"
      "    x = x / ((x * x).sum([1], True) / count + {}) ** 0.5\n",
      kLeastSeriesVariance);
}

std::string encoder_source(const SeriesModelOptions& options) {
  if (options.encoder.cell == Cell::transformer) {
    return layers_source(transformer_of(options.encoder, options.transformer), "encoder_");
  }
  std::string code;
  for (size_t i = 0; i < options.encoder.hidden_sizes.size(); ++i) {
    if (i > 0) {
      code += norm_source(options.encoder.inner_norm, "x", "encoder_", fmt::format("_{}", i));
    }
    code += layers_source(options.encoder.layer(i), fmt::format("encoder_{}_", i));
  }
  return code;
}

// The source does for all lengths without a branch: the steps of the weights after the last one are
// 0.
std::string linear_source(const SeriesModelOptions& options) {
  if (options.linear_steps == 0) return {};
  return fmt::format(
      "    inputs = x.masked_fill(mask.unsqueeze(2).logical_not(), 0.0)\n"
      "    weights = torch.constant_pad_nd(self.linear_weight, [0, 0, 0, 1])\n"
      "    weights = weights.index_select(1, steps[0].clamp(max={}))\n"
      "    linear = torch.linear(inputs.flatten(1), weights.flatten(1), self.linear_bias)\n",
      options.linear_steps);
}

std::string answer_source(SeriesAnswer answer) {
  switch (answer) {
    case SeriesAnswer::probabilities:
      return "    return result.softmax(1)\n";
    case SeriesAnswer::numbers:
      return "    return result * self.target_scaling_scale + self.target_scaling_offset\n";
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled answer");
}

}  // namespace

std::string series_model_source(const SeriesModelOptions& options, SeriesAnswer answer) {
  std::string code =
      "\ndef forward(self, values: Tensor, lengths: Tensor) -> Tensor:\n" +
      lengths_source("values") +
      "    x = (values - self.feature_scaling_offset) / self.feature_scaling_scale\n";
  if (options.z_normalize) code += z_normalization_source();
  code += linear_source(options) + encoder_source(options);
  code += pooling_source(options.pooling, options.encoder.output_size());
  code += norm_source(options.norm, "pooled", "", "");
  code += "    result = torch.linear(pooled, self.dense_weight, self.dense_bias)\n";
  if (options.linear_steps > 0) code += "    result = result + linear\n";
  return code + answer_source(answer);
}

}  // namespace mnemo
