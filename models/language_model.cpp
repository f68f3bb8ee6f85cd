#include "models/language_model.h"

#include "mnemo/error.h"
#include "models/dropout.h"
#include "models/token_embedding.h"

namespace mnemo {

void validate(const LanguageModelOptions& options) {
  if (options.encoder.cell == Cell::transformer) {
    throw SettingError("cell", "transformer cannot be pretrained",
                       "take one of " + cells_that([](Cell) { return true; }, ", "));
  }
  validate_language_head(options.encoder);
}

LanguageModelImpl::LanguageModelImpl(const LanguageModelOptions& options) : options_(options) {
  validate(options);
  options_.encoder.input_size = options.embedding_dim;
  embedding_ = register_module(
      "embedding", torch::nn::Embedding(
                       torch::nn::EmbeddingOptions(options.vocab_size, options.embedding_dim)
                           .padding_idx(0)
                           ._weight(torch::zeros({options.vocab_size, options.embedding_dim}))));
  encoder_ = register_module("encoder", RecurrentEncoder(options_.encoder));
  head_ = register_module("language_head", LanguageHead(LanguageHeadOptions{
                                               .vocab_size = options.vocab_size,
                                               .embedding_dim = options.embedding_dim,
                                               .hidden_size = options_.encoder.hidden_size,
                                               .directions = options_.encoder.directions()}));
}

LanguageLoss LanguageModelImpl::loss(const SequenceBatch& batch, const SoftmaxSample& sample,
                                     const ForwardContext& context) {
  const auto embedded = embed_tokens(embedding_->weight, batch.values,
                                     {.element = options_.embedding_dropout}, is_training(),
                                     context);                     // (N, E)
  auto hidden = encoder_(embedded, batch.layout, context).values;  // (N, D)
  hidden = dropout(hidden, options_.output_dropout, is_training(), context);
  return head_->loss(hidden, batch.values, batch.layout, embedding_->weight, sample);
}

}  // namespace mnemo
