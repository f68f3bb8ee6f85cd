// Language model of both directions over the encoder of a text classifier, to begin one with (Dai
// and Le 2015; Peters et al. 2018 for the two directions): embedding -> dropout -> recurrent
// encoder -> dropout -> softmax over the vocabulary. The parameters that a classifier takes over
// have its names.
#pragma once

#include <cstdint>

#include "models/forward_context.h"
#include "models/language_head.h"
#include "models/recurrent/recurrent_encoder.h"
#include "models/sequence_batch.h"
#include "models/torch_api.h"

namespace mnemo {

struct LanguageModelOptions {
  int64_t vocab_size = 0;  // row 0 of the embedding is padding, fixed at zero
  int64_t embedding_dim = 128;
  RecurrentOptions encoder = {.hidden_size = 128, .bidirectional = true};  // input_size: from above
  double embedding_dropout = 0.1;  // on the elements of the embedded pieces
  double output_dropout = 0.1;     // on the hidden states

  bool operator==(const LanguageModelOptions&) const = default;
};

// Throws UsageError for options that make no model.
void validate(const LanguageModelOptions& options);

class LanguageModelImpl : public torch::nn::Module {
 public:
  // Its parameters mean nothing yet: see initialization.h.
  explicit LanguageModelImpl(const LanguageModelOptions& options);

  LanguageLoss loss(const SequenceBatch& batch, const SoftmaxSample& sample,
                    const ForwardContext& context = {});

  const LanguageModelOptions& options() const { return options_; }

 private:
  LanguageModelOptions options_;
  torch::nn::Embedding embedding_{nullptr};
  RecurrentEncoder encoder_{nullptr};
  LanguageHead head_{nullptr};
};
TORCH_MODULE(LanguageModel);

}  // namespace mnemo
