// A linear model of the n-grams that a text holds, whose logits are added to those of a recurrent
// one: the log-count ratios of Wang and Manning 2012, "Baselines and Bigrams", scaled by logistic
// regression, folded into one weight a class. See app/tasks/text/ngram_training.h.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/sequence_batch.h"
#include "models/torch_api.h"

namespace mnemo {

struct NgramScorerOptions {
  int64_t longest = 1;  // n-gram that is looked up
  int64_t count = 0;    // K, those that are known
  int64_t outputs = 1;  // C
};

// Buffers, since nothing learns them by gradient descent: `keys` (K) int64, ascending, see
// ngram_keys.h; `weight` (K + 1, C) fp32, whose last row is that of all others and stays zero.
class NgramScorerImpl : public torch::nn::Module {
 public:
  // It begins with keys and weights of zero.
  explicit NgramScorerImpl(const NgramScorerOptions& options);

  // batch.values (N) token ids -> (B, C) fp32, in the caller's order: the sum of the weights of
  // the known n-grams that a text holds, however often it holds them. On the CPU each text is
  // looked up by itself; elsewhere by operators. Safe to call from several threads.
  at::Tensor forward(const SequenceBatch& batch) const;

  // The same by LibTorch's operators alone, as exported models compute it.
  at::Tensor by_operators(const SequenceBatch& batch) const;

  // (T, C) fp32 of a text's T pieces: the weights of each n-gram, shared alike by the pieces of all
  // its places. They sum to what forward() answers.
  at::Tensor by_piece(std::span<const int32_t> ids) const;

  // Ids of some n-grams that are known, `count` at most, found by their keys in a vocabulary.
  std::vector<std::vector<int32_t>> some_ngrams(int64_t count, int64_t vocab_size) const;

  // Throws Error, with `name`, unless the keys ascend, as lookups take for granted.
  void require_ascending(const std::string& name) const;

  const NgramScorerOptions& options() const { return options_; }
  const at::Tensor& keys() const { return keys_; }
  const at::Tensor& weight() const { return weight_; }

 private:
  std::span<const int64_t> known() const;
  bool spell(int64_t key, int64_t length, int64_t vocab_size, std::vector<int32_t>& ids) const;

  NgramScorerOptions options_;
  at::Tensor keys_, weight_;
};
TORCH_MODULE(NgramScorer);

}  // namespace mnemo
