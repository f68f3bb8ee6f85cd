#include "models/text_classifier.h"

#include <fmt/format.h>

#include <cmath>

#include "mnemo/error.h"
#include "models/batch_norm.h"
#include "models/dropout.h"
#include "models/token_embedding.h"

namespace mnemo {
namespace {

void require_valid(const TextClassifierOptions& options) {
  if (options.vocab_size < 2) {
    throw UsageError(fmt::format("vocab_size is {}, expected at least 2", options.vocab_size));
  }
  if (options.classes < 2) {
    throw UsageError(fmt::format("classes is {}, expected at least 2", options.classes));
  }
}

}  // namespace

TextClassifierImpl::TextClassifierImpl(const TextClassifierOptions& options) : options_(options) {
  require_valid(options);
  options_.encoder.input_size = options.embedding_dim;
  // Vaswani et al. 2017, section 3.4: beside positions, embeddings would be too small.
  options_.transformer.input_scale = std::sqrt(static_cast<double>(options.embedding_dim));
  const int64_t encoded = options_.encoder.output_size();
  const int64_t pooled = encoded * static_cast<int64_t>(options.pooling.kinds.size());

  // Given as a weight: filling a large table with normal numbers, to be overwritten, costs time.
  embedding_ = register_module(
      "embedding", torch::nn::Embedding(
                       torch::nn::EmbeddingOptions(options.vocab_size, options.embedding_dim)
                           .padding_idx(0)
                           ._weight(torch::zeros({options.vocab_size, options.embedding_dim}))));
  encoder_ = SequenceEncoder(options_.encoder, options_.transformer);
  register_module("encoder", encoder_.module());
  pooling_ = register_module("pooling", SequencePooling(options.pooling, encoded));
  if (options.batch_norm) {
    batch_norm_ = register_module(
        "batch_norm", torch::nn::BatchNorm1d(torch::nn::BatchNormOptions(pooled)
                                                 .eps(options.batch_norm_eps)
                                                 .momentum(options.batch_norm_momentum)));
  }
  dense_ = register_module("dense", torch::nn::Linear(pooled, options.logits()));
}

TextClassifierOutput TextClassifierImpl::forward(const SequenceBatch& batch,
                                                 const ForwardContext& context,
                                                 const std::optional<RecurrentState>& initial,
                                                 FinalCellState final_cell) {
  const auto& layout = batch.layout;
  const auto embedded = embed_tokens(
      embedding_->weight, batch.values,
      {.word = options_.word_dropout, .element = options_.embedding_dropout}, is_training(),
      context);                                                                     // (N, E)
  auto encoded = encoder_.forward(embedded, layout, context, initial, final_cell);  // values (N, D)
  auto pooled = pooling_(encoded.values, encoded.final_hidden, layout, context);
  auto features = dropout(pooled.values, options_.dropout, is_training(), context);
  if (!batch_norm_.is_empty()) features = batch_normalized(*batch_norm_, features, is_training());

  const auto order = layout.caller_order().to(batch.values.device());
  TextClassifierOutput output;
  output.logits = dense_(features.index_select(0, order));
  if (pooled.attention.defined()) output.attention = pooled.attention.index_select(0, order);
  output.state = std::move(encoded.state);
  return output;
}

at::Tensor class_probabilities(const at::Tensor& logits) {
  if (logits.size(1) > 1) return logits.softmax(1);
  return at::cat({logits.neg().sigmoid(), logits.sigmoid()}, 1);  // 1 - sigmoid would round to 0
}

at::Tensor cross_entropy_sum(const at::Tensor& logits, const at::Tensor& targets) {
  if (logits.size(1) > 1) {
    return at::cross_entropy_loss(logits, targets, /*weight=*/{}, at::Reduction::Sum);
  }
  return at::binary_cross_entropy_with_logits(logits.squeeze(1), targets.to(logits.scalar_type()),
                                              /*weight=*/{}, /*pos_weight=*/{}, at::Reduction::Sum);
}

}  // namespace mnemo
