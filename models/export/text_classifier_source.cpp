#include "models/export/text_classifier_source.h"

#include <fmt/format.h>

#include "models/export/sequence_source.h"
#include "models/ngram_keys.h"

namespace mnemo {
namespace {

std::string encoder_source(const TextClassifierOptions& options) {
  if (options.encoder.cell == Cell::transformer) {
    return layers_source(transformer_of(options.encoder, options.transformer), "encoder_");
  }
  return layers_source(options.encoder, "encoder_");
}

// Adds the weights of the n-grams in `tokens` to `logits`, as NgramScorer::by_operators does.
std::string ngram_source(const TextClassifierOptions& options) {
  if (options.ngrams == 0) return {};
  return fmt::format(
      R"(    longer = torch.constant_pad_nd(tokens, [0, {0}])
    keys = torch.zeros_like(tokens)
    all_places = []
    for n in range({1}):
        keys = (keys + longer[:, n:n + longest] + 1) * {2}
        places = torch.searchsorted(self.ngrams_keys, keys).clamp(max={3})
        known = torch.take(self.ngrams_keys, places).eq(keys)
        known = known.logical_and(steps < lengths.unsqueeze(1) - n)
        all_places.append(places.masked_fill(known.logical_not(), {4}))
    places = torch.cat(all_places, 1).sort(1)[0]
    repeated = places[:, 1:].eq(places[:, :-1])
    places = torch.cat([places[:, :1], places[:, 1:].masked_fill(repeated, {4})], 1)
    logits = logits + torch.embedding(self.ngrams_weight, places).sum(1)
)",
      options.ngrams - 1, options.ngrams, static_cast<int64_t>(kNgramFactor),
      options.ngram_count - 1, options.ngram_count);
}

std::string head_source(const TextClassifierOptions& options) {
  std::string code = norm_source(options.norm, "pooled", "", "");
  code += "    logits = torch.linear(pooled, self.dense_weight, self.dense_bias)\n";
  code += ngram_source(options);
  switch (options.answer) {
    case TextAnswer::classes:
      if (options.classes > 2) return code + "    return logits.softmax(1)\n";
      return code + "    return torch.cat([logits.neg().sigmoid(), logits.sigmoid()], 1)\n";
    case TextAnswer::labels:
      return code + "    return logits.sigmoid()\n";
    case TextAnswer::numbers:
      return code + "    return logits * self.target_scaling_scale + self.target_scaling_offset\n";
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled answer");
}

}  // namespace

std::string text_classifier_source(const TextClassifierOptions& options) {
  return "\ndef forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:\n" +
         lengths_source("tokens") + "    x = torch.embedding(self.embedding_weight, tokens, 0)\n" +
         encoder_source(options) + pooling_source(options.pooling, options.encoder.output_size()) +
         head_source(options);
}

}  // namespace mnemo
