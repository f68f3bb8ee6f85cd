// The output side of a language model over an encoder: from hidden states to the piece that comes
// next, and for a reverse direction to the one that came before. Output and input embedding are one
// (Press and Wolf 2017).
#pragma once

#include <cstdint>

#include "models/recurrent/recurrent_encoder.h"
#include "models/sampled_softmax.h"
#include "models/sequence_batch.h"
#include "models/torch_api.h"

namespace mnemo {

struct LanguageHeadOptions {
  int64_t vocab_size = 0;     // V
  int64_t embedding_dim = 0;  // E
  int64_t hidden_size = 0;    // H, of a direction
  int64_t directions = 1;
};

// Throws UsageError for an encoder whose hidden states see what they are to predict.
void validate_language_head(const RecurrentOptions& encoder);

struct LanguageLoss {
  at::Tensor sum;         // () fp32, over both directions
  int64_t predicted = 0;  // pieces, likewise
};

class LanguageHeadImpl : public torch::nn::Module {
 public:
  explicit LanguageHeadImpl(const LanguageHeadOptions& options);

  // hidden (N, directions H) of the packed `ids` (N); embedding (V, E). A sequence of n pieces is
  // asked for n - 1 of them in each direction.
  LanguageLoss loss(const at::Tensor& hidden, const at::Tensor& ids, const SequenceLayout& layout,
                    const at::Tensor& embedding, const SoftmaxSample& sample);

 private:
  LanguageHeadOptions options_;
  torch::nn::Linear forward_{nullptr}, reverse_{nullptr};  // H -> E
  at::Tensor bias_;                                        // (V)
};
TORCH_MODULE(LanguageHead);

}  // namespace mnemo
