#include "models/export/text_classifier_source.h"

#include "models/export/sequence_source.h"

namespace mnemo {
namespace {

std::string encoder_source(const TextClassifierOptions& options) {
  if (options.encoder.cell == Cell::transformer) {
    return layers_source(transformer_of(options.encoder, options.transformer), "encoder_");
  }
  return layers_source(options.encoder, "encoder_");
}

std::string head_source(const TextClassifierOptions& options) {
  std::string code = norm_source(options.norm, "pooled", "", "");
  code += "    logits = torch.linear(pooled, self.dense_weight, self.dense_bias)\n";
  if (options.classes > 2) return code + "    return logits.softmax(1)\n";
  return code + "    return torch.cat([logits.neg().sigmoid(), logits.sigmoid()], 1)\n";
}

}  // namespace

std::string text_classifier_source(const TextClassifierOptions& options) {
  return "\ndef forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:\n" +
         lengths_source("tokens") + "    x = torch.embedding(self.embedding_weight, tokens, 0)\n" +
         encoder_source(options) + pooling_source(options.pooling, options.encoder.output_size()) +
         head_source(options);
}

}  // namespace mnemo
