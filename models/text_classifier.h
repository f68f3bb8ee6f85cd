// Text classifier: embedding -> dropout -> recurrent layers or Transformer -> dropout -> pooling ->
// dropout -> norm -> dense; and on request a linear model of n-grams beside all of that.
#pragma once

#include <cstdint>

#include "models/column_scaling.h"
#include "models/forward_context.h"
#include "models/language_head.h"
#include "models/ngram_scorer.h"
#include "models/norm.h"
#include "models/pooling.h"
#include "models/sequence_batch.h"
#include "models/sequence_encoder.h"
#include "models/torch_api.h"

namespace mnemo {

// A text is answered with this.
enum class TextAnswer {
  classes,  // one of them: their probabilities sum to 1
  labels,   // any number of them: each has a probability of its own
  numbers,  // in the data's units
};

struct TextClassifierOptions {
  int64_t vocab_size =
      0;  // ids 0 to vocab_size - 1; row 0 of the embedding is padding, fixed at zero
  TextAnswer answer = TextAnswer::classes;
  // How many classes there are, at least 2, of which two share one logit; or labels, or numbers.
  int64_t classes = 0;
  int64_t embedding_dim = 128;
  double word_dropout = 0.1;       // on whole embedded tokens
  double embedding_dropout = 0.5;  // on the elements of the embedded tokens
  RecurrentOptions encoder = {.hidden_size = 128, .bidirectional = true};  // input_size: from above
  TransformerOptions transformer = {};  // with Cell::transformer, beside what `encoder` says
  PoolingOptions pooling = {};
  double output_dropout = 0.0;  // on the encoder's hidden states
  double dropout = 0.5;         // on the pooled vector
  Norm norm = Norm::none;       // of the pooled vector
  // Heads that train along and answer nothing: of a second label with so many classes, 0: none; and
  // of a language model over the hidden states.
  int64_t aux_classes = 0;
  bool language_head = false;
  // Beside the other layers: the longest n-gram that a linear model looks up, 0: there is none; and
  // how many it knows. See NgramScorer.
  int64_t ngrams = 0;
  int64_t ngram_count = 0;

  int64_t logits() const { return answer == TextAnswer::classes && classes == 2 ? 1 : classes; }

  bool operator==(const TextClassifierOptions&) const = default;
};

struct TextClassifierOutput {
  // (B, C), or (B, 1) for two classes, in the caller's order; of numbers these, scaled
  at::Tensor logits;
  at::Tensor attention;  // (B, heads, T) in the caller's order; undefined without attention pooling
  at::Tensor hidden;     // (N, D) packed, what was pooled
  at::Tensor aux_logits;  // (B, aux classes) in the caller's order; undefined without
};

class TextClassifierImpl : public torch::nn::Module {
 public:
  // Its parameters mean nothing yet: see initialization.h.
  explicit TextClassifierImpl(const TextClassifierOptions& options);

  // The token ids' embeddings with their dropout: (N, E).
  at::Tensor embed(const SequenceBatch& batch, const ForwardContext& context = {});

  // Does the rest, without n-grams, which have no embedding.
  TextClassifierOutput classify(const at::Tensor& embedded, const SequenceLayout& layout,
                                const ForwardContext& context = {});

  // Both, and n-grams where there are any.
  TextClassifierOutput forward(const SequenceBatch& batch, const ForwardContext& context = {});

  // (B, logits) -> (B, C) probabilities, or numbers in the data's units.
  at::Tensor answers(const at::Tensor& logits) const;

  // The loss of the language head, see LanguageHead. `output`: of this batch.
  LanguageLoss language_loss(const TextClassifierOutput& output, const SequenceBatch& batch,
                             const SoftmaxSample& sample);

  // Puts a linear model of n-grams beside the layers of a model that has none: the logits become
  // `share` times its own, and `bias` (C), and those of the n-grams.
  void add_ngrams(const NgramScorer& ngrams, double share, const at::Tensor& bias);

  // Empty where there are none.
  const NgramScorer& ngrams() const { return ngrams_; }

  const TextClassifierOptions& options() const { return options_; }
  at::Tensor embedding_weight() const { return embedding_->weight; }  // (V, E)
  ColumnScaling target_scaling() const { return target_scaling_; }    // empty unless of numbers

 private:
  TextClassifierOptions options_;
  torch::nn::Embedding embedding_{nullptr};
  SequenceEncoder encoder_;
  SequencePooling pooling_{nullptr};
  FeatureNorm norm_;
  torch::nn::Linear dense_{nullptr}, aux_dense_{nullptr};
  LanguageHead language_head_{nullptr};
  NgramScorer ngrams_{nullptr};
  ColumnScaling target_scaling_{nullptr};
};
TORCH_MODULE(TextClassifier);

// (B, 1) or (B, C) logits -> (B, C) probabilities: sigmoid for two classes, softmax for more.
at::Tensor class_probabilities(const at::Tensor& logits);

// Mean cross-entropy's parts: the sum over the batch. targets (B) int64 class numbers.
at::Tensor cross_entropy_sum(const at::Tensor& logits, const at::Tensor& targets);

}  // namespace mnemo
