// Knowledge of the rows to come: numbers as they are, words by what was learnt of each, and
// what a forecaster adds to its steps by them.
#pragma once

#include <cstdint>
#include <vector>

#include "models/torch_api.h"

namespace mnemo {

struct KnownFutureOptions {
  // An entry for each column, which are the last of a forecaster's features: 0 for a number, or how
  // many words it may hold, those that the training part did not have counted as one.
  std::vector<int64_t> words = {};

  bool empty() const { return words.empty(); }
  int64_t columns() const { return static_cast<int64_t>(words.size()); }
  // The numbers that the columns become.
  int64_t width() const;

  bool operator==(const KnownFutureOptions&) const = default;
};

// Numbers that a word becomes: half as many as there are words, from 1 to 8.
int64_t embedding_size(int64_t words);

class WordColumnsImpl : public torch::nn::Module {
 public:
  explicit WordColumnsImpl(KnownFutureOptions options);

  // (..., columns), words as their numbers -> (..., width), numbers before words
  at::Tensor forward(const at::Tensor& columns) const;

 private:
  KnownFutureOptions options_;
  std::vector<at::Tensor> embeddings_;  // (words, size), of the columns of words
};
TORCH_MODULE(WordColumns);

// Says what a step adds to the forecast, by what is known of it and by what the layers say of it.
class StepHeadImpl : public torch::nn::Module {
 public:
  // state (..., state_size) says `steps` steps at once.
  StepHeadImpl(int64_t state_size, int64_t steps, int64_t known, int64_t outputs);

  // state (B, ..., state_size), known (B, steps, known): of which `state` has K of each -> (B,
  // K, steps, outputs); state (B, K, n, state_size) speaks of n times `steps` steps.
  at::Tensor forward(const at::Tensor& state, const at::Tensor& known);

 private:
  int64_t steps_;
  torch::nn::Linear context_{nullptr}, hidden_{nullptr}, output_{nullptr};
};
TORCH_MODULE(StepHead);

inline constexpr int64_t kStepContext = 16, kStepHidden = 64;

}  // namespace mnemo
