#include "models/export/torchscript_source.h"

#include <fmt/format.h>

#include <algorithm>

namespace mnemo {
namespace {

constexpr const char* kBegin = R"(
def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
    lengths = lengths.clamp(1)
    longest = int(lengths.max())
    tokens = tokens[:, :longest]
    batch = tokens.size(0)
    steps = torch.arange(longest, device=tokens.device).unsqueeze(0)
    mask = steps < lengths.unsqueeze(1)
    mirrored = torch.where(mask, lengths.unsqueeze(1) - 1 - steps, steps.expand_as(mask))
    last = (lengths - 1).view(-1, 1, 1)
    x = torch.embedding(self.embedding_weight, tokens, 0)
)";

std::string cell_call(const RecurrentOptions& encoder, const std::string& input,
                      const std::string& suffix) {
  const std::string weights = fmt::format(
      "[self.encoder_weight_ih{0}, self.encoder_weight_hh{0}, self.encoder_bias_ih{0}, "
      "self.encoder_bias_hh{0}]",
      suffix);
  constexpr const char* kArguments = "True, 1, 0.0, False, False, True";
  switch (encoder.cell) {
    case Cell::lstm:
      return fmt::format("torch.lstm({}, [zeros, zeros], {}, {})[0]", input, weights, kArguments);
    case Cell::gru:
      return fmt::format("torch.gru({}, zeros, {}, {})[0]", input, weights, kArguments);
    case Cell::rnn:
      return fmt::format("torch.rnn_{}({}, zeros, {}, {})[0]",
                         encoder.activation == Activation::relu ? "relu" : "tanh", input, weights,
                         kArguments);
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled cell");
}

// A bidirectional layer is two calls in one direction, the second over each sequence reversed
// within its own length: right padding then reaches no result, and the padded batch keeps the fast
// path.
std::string encoder_source(const RecurrentOptions& encoder) {
  std::string code =
      fmt::format("    zeros = torch.zeros([1, batch, {}], dtype=x.dtype, device=x.device)\n",
                  encoder.hidden_size);
  for (int64_t layer = 0; layer < encoder.layers; ++layer) {
    const std::string suffix = fmt::format("_l{}", layer);
    code += fmt::format("    ahead = {}\n", cell_call(encoder, "x", suffix));
    code += "    final = ahead.gather(1, last.expand(-1, 1, ahead.size(2))).squeeze(1)\n";
    if (!encoder.bidirectional) {
      code += "    x = ahead\n";
      continue;
    }
    code += "    back = x.gather(1, mirrored.unsqueeze(2).expand(-1, -1, x.size(2)))\n";
    code += fmt::format("    back = {}\n", cell_call(encoder, "back", suffix + "_reverse"));
    code += "    back = back.gather(1, mirrored.unsqueeze(2).expand(-1, -1, back.size(2)))\n";
    code += "    final = torch.cat([final, back[:, 0]], 1)\n";
    code += "    x = torch.cat([ahead, back], 2)\n";
  }
  return code;
}

std::string attention_source(int64_t size, int64_t heads) {
  return fmt::format(R"(
    weight = self.pooling_attention_in_proj_weight.view(3, {heads}, {head}, {size})
    bias = self.pooling_attention_in_proj_bias
    query = torch.linear(final, weight[0].view({size}, {size}), bias[:{size}])
    folded = torch.einsum("bhd,hde->bhe", [query.view(-1, {heads}, {head}), weight[1]])
    scores = torch.bmm(folded, x.transpose(1, 2)) / {head} ** 0.5
    scores = scores.masked_fill(mask.logical_not().unsqueeze(1), -float("inf"))
    summed = torch.bmm(scores.softmax(-1), x)
    value = torch.einsum("bhe,hde->bhd", [summed, weight[2]]).flatten(1) + bias[2 * {size}:]
    attended = torch.linear(value, self.pooling_attention_out_proj_weight, self.pooling_attention_out_proj_bias)
)",
                     fmt::arg("size", size), fmt::arg("heads", heads),
                     fmt::arg("head", size / heads));
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

std::string head_source(const TextClassifierOptions& options) {
  std::string code;
  if (options.batch_norm) {
    code += fmt::format(
        "    pooled = torch.batch_norm(pooled, self.batch_norm_weight, self.batch_norm_bias, "
        "self.batch_norm_running_mean, self.batch_norm_running_var, False, 0.0, {}, True)\n",
        options.batch_norm_eps);
  }
  code += "    logits = torch.linear(pooled, self.dense_weight, self.dense_bias)\n";
  if (options.classes > 2) return code + "    return logits.softmax(1)\n";
  return code + "    return torch.cat([logits.neg().sigmoid(), logits.sigmoid()], 1)\n";
}

}  // namespace

std::string torchscript_source(const TextClassifierOptions& options) {
  return kBegin + encoder_source(options.encoder) +
         pooling_source(options.pooling, options.encoder.output_size()) + head_source(options);
}

std::string torchscript_name(std::string state_dict_name) {
  std::ranges::replace(state_dict_name, '.', '_');
  return state_dict_name;
}

}  // namespace mnemo
