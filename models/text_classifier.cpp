#include "models/text_classifier.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "mnemo/error.h"
#include "models/dropout.h"
#include "models/recurrent/recurrent_stack.h"
#include "models/token_embedding.h"

namespace mnemo {
namespace {

void require_valid(const TextClassifierOptions& options) {
  if (options.vocab_size < 2) {
    throw UsageError(fmt::format("vocab_size is {}, expected at least 2", options.vocab_size));
  }
  const int64_t least = options.answer == TextAnswer::classes ? 2 : 1;
  if (options.classes < least) {
    throw UsageError(fmt::format("classes is {}, expected at least {}", options.classes, least));
  }
  if (options.language_head) validate_language_head(options.encoder);
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
  norm_ = FeatureNorm(*this, options.norm, pooled);
  dense_ = register_module("dense", torch::nn::Linear(pooled, options.logits()));
  if (options.aux_classes > 0) {
    aux_dense_ = register_module("aux_dense", torch::nn::Linear(pooled, options.aux_classes));
  }
  if (options.language_head) {
    language_head_ = register_module(
        "language_head",
        LanguageHead(LanguageHeadOptions{.vocab_size = options.vocab_size,
                                         .embedding_dim = options.embedding_dim,
                                         .hidden_size = options_.encoder.hidden_size,
                                         .directions = options_.encoder.directions()}));
  }
  if (options.ngrams > 0) {
    ngrams_ = register_module(
        "ngrams",
        NgramScorer(NgramScorerOptions{
            .longest = options.ngrams, .count = options.ngram_count, .outputs = options.logits()}));
  }
  if (options.answer == TextAnswer::numbers) {
    target_scaling_ = register_module("target_scaling", ColumnScaling(options.classes));
  }
}

void TextClassifierImpl::add_ngrams(const NgramScorer& ngrams, double share,
                                    const at::Tensor& bias) {
  const at::NoGradGuard no_grad;
  dense_->weight.mul_(share);
  dense_->bias.mul_(share).add_(bias.to(dense_->bias.options()));
  options_.ngrams = ngrams->options().longest;
  options_.ngram_count = ngrams->options().count;
  ngrams_ = register_module("ngrams", ngrams);
  ngrams_->to(dense_->weight.device());
}

at::Tensor TextClassifierImpl::embed(const SequenceBatch& batch, const ForwardContext& context) {
  EmbeddingDropout drop{.word = options_.word_dropout, .element = options_.embedding_dropout};
  if (!options_.encoder.variational) {
    return embed_tokens(embedding_->weight, batch.values, drop, is_training(), context);
  }
  const StepDropout shared{.p = std::exchange(drop.element, 0.0), .variational = true};
  const auto embedded =
      embed_tokens(embedding_->weight, batch.values, drop, is_training(), context);
  return step_dropout(embedded, batch.layout, shared, is_training(), context);
}

TextClassifierOutput TextClassifierImpl::forward(const SequenceBatch& batch,
                                                 const ForwardContext& context) {
  auto output = classify(embed(batch, context), batch.layout, context);
  if (!ngrams_.is_empty()) output.logits = output.logits + ngrams_->forward(batch);
  return output;
}

TextClassifierOutput TextClassifierImpl::classify(const at::Tensor& embedded,
                                                  const SequenceLayout& layout,
                                                  const ForwardContext& context) {
  const auto encoded = encoder_.forward(embedded, layout, context);  // values (N, D)
  const auto hidden =
      drop_hidden({encoded.values, encoded.final_hidden}, layout, encoder_.state_directions(),
                  {options_.output_dropout, options_.encoder.variational}, is_training(), context);
  auto pooled = pooling_(hidden.values, hidden.final_hidden, layout, context);
  auto features = dropout(pooled.values, options_.dropout, is_training(), context);
  features = norm_(features, is_training());

  const auto order = layout.caller_order().to(embedded.device());
  TextClassifierOutput output;
  features = features.index_select(0, order);
  output.logits = dense_(features);
  output.hidden = hidden.values;
  if (!aux_dense_.is_empty()) output.aux_logits = aux_dense_(features);
  if (pooled.attention.defined()) output.attention = pooled.attention.index_select(0, order);
  return output;
}

at::Tensor TextClassifierImpl::answers(const at::Tensor& logits) const {
  switch (options_.answer) {
    case TextAnswer::classes:
      return class_probabilities(logits);
    case TextAnswer::labels:
      return logits.sigmoid();
    case TextAnswer::numbers:
      return target_scaling_->unscale(logits);
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled answer");
}

LanguageLoss TextClassifierImpl::language_loss(const TextClassifierOutput& output,
                                               const SequenceBatch& batch,
                                               const SoftmaxSample& sample) {
  return language_head_->loss(output.hidden, batch.values, batch.layout, embedding_->weight,
                              sample);
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
