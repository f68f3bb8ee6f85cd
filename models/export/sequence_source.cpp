#include "models/export/sequence_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/export/recurrent_source.h"
#include "models/export/transformer_source.h"

namespace mnemo {
namespace {

std::string attention_source(int64_t size, int64_t heads) {
  return fmt::format(R"(
    weight = self.pooling_attention_in_proj_weight.view(3, {heads}, {head}, {size})
    bias = self.pooling_attention_in_proj_bias
    query = torch.linear(final, weight[0].view({size}, {size}), bias[:{size}])
    folded = torch.einsum("bhd,hde->bhe", [query.view(-1, {heads}, {head}), weight[1]])
    inside = x.masked_fill(mask.logical_not().unsqueeze(2), 0.0)
    scores = torch.bmm(folded, inside.transpose(1, 2)) / {head} ** 0.5
    scores = scores.masked_fill(mask.logical_not().unsqueeze(1), -float("inf"))
    summed = torch.bmm(scores.softmax(-1), inside)
    value = torch.einsum("bhe,hde->bhd", [summed, weight[2]]).flatten(1) + bias[2 * {size}:]
    attended = torch.linear(value, self.pooling_attention_out_proj_weight, self.pooling_attention_out_proj_bias)
)",
                     fmt::arg("size", size), fmt::arg("heads", heads),
                     fmt::arg("head", size / heads));
}

}  // namespace

int64_t longest_readable(Cell cell, const TransformerOptions& transformer, int64_t wanted) {
  const bool ends = cell == Cell::transformer && transformer.positions == Positions::learned;
  return ends ? std::min(wanted, transformer.longest) : wanted;
}

std::string lengths_source(const std::string& input) {
  return fmt::format(R"(    lengths = lengths.clamp(1)
    longest = int(lengths.max())
    assert longest <= {0}.size(1), "a length is larger than the number of steps that {0} has"
    {0} = {0}[:, :longest]
    batch = {0}.size(0)
    steps = torch.arange(longest, device={0}.device).unsqueeze(0)
    mask = steps < lengths.unsqueeze(1)
    mirrored = torch.where(mask, lengths.unsqueeze(1) - 1 - steps, steps.expand_as(mask))
    last = (lengths - 1).view(-1, 1, 1)
)",
                     input);
}

std::string norm_source(Norm norm, const std::string& variable, const std::string& prefix,
                        const std::string& suffix) {
  switch (norm) {
    case Norm::none:
      return {};
    case Norm::batch:
      return fmt::format(
          "    {0} = torch.batch_norm({0}.view([-1, {0}.size(-1)]), self.{1}_weight, "
          "self.{1}_bias, "
          "self.{1}_running_mean, self.{1}_running_var, False, 0.0, {2}, True).view_as({0})\n",
          variable, prefix + "batch_norm" + suffix, kBatchNormEps);
    case Norm::layer:
      return fmt::format(
          "    {0} = torch.layer_norm({0}, [{0}.size(-1)], self.{1}_weight, self.{1}_bias, 1e-5, "
          "False)\n",
          variable, prefix + "layer_norm" + suffix);
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled norm");
}

// A bidirectional layer is two calls in one direction, the second over each sequence reversed
// within its own length: right padding then reaches no result, and the padded batch keeps the fast
// path.
std::string layers_source(const RecurrentOptions& encoder, const std::string& prefix) {
  const auto call = [&](const char* input, const std::string& suffix) {
    return recurrent_call_from_zeros(encoder.cell, encoder.activation, input, "zeros", prefix,
                                     suffix) +
           "[0]";
  };
  std::string code =
      fmt::format("    zeros = torch.zeros([1, batch, {}], dtype=x.dtype, device=x.device)\n",
                  encoder.hidden_size);
  for (int64_t layer = 0; layer < encoder.layers; ++layer) {
    const std::string suffix = fmt::format("_l{}", layer);
    if (layer > 0) code += norm_source(encoder.inner_norm, "x", prefix, suffix);
    code += fmt::format("    ahead = {}\n", call("x", suffix));
    code += "    final = ahead.gather(1, last.expand(-1, 1, ahead.size(2))).squeeze(1)\n";
    if (!encoder.bidirectional) {
      code += "    x = ahead\n";
      continue;
    }
    code += "    back = x.gather(1, mirrored.unsqueeze(2).expand(-1, -1, x.size(2)))\n";
    code += fmt::format("    back = {}\n", call("back", suffix + "_reverse"));
    code += "    back = back.gather(1, mirrored.unsqueeze(2).expand(-1, -1, back.size(2)))\n";
    code += "    final = torch.cat([final, back[:, 0]], 1)\n";
    code += "    x = torch.cat([ahead, back], 2)\n";
  }
  return code;
}

std::string layers_source(const TransformerOptions& encoder, const std::string& prefix) {
  return transformer_source(encoder, prefix, "mask") +
         "    final = x.gather(1, last.expand(-1, 1, x.size(2))).squeeze(1)\n";
}

std::string pooling_source(const PoolingOptions& pooling, int64_t size) {
  std::string code, parts;
  for (const Pooling kind : pooling.kinds) {
    if (!parts.empty()) parts += ", ";
    switch (kind) {
      case Pooling::attention:
        code += attention_source(size, pooling.heads);
        parts += "attended";
        break;
      case Pooling::last:
        parts += "final";
        break;
      case Pooling::mean:
        parts +=
            "x.masked_fill(mask.logical_not().unsqueeze(2), 0.0).sum(1) / lengths.unsqueeze(1)";
        break;
      case Pooling::max:
        parts += "x.masked_fill(mask.logical_not().unsqueeze(2), -float(\"inf\")).amax([1])";
        break;
    }
  }
  return code + fmt::format("    pooled = torch.cat([{}], 1)\n", parts);
}

}  // namespace mnemo
