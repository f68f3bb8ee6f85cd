// The loss of a language model, and the batches it learns from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "app/training/objective.h"
#include "datasets/length_buckets.h"
#include "datasets/token_file.h"
#include "models/language_model.h"

namespace mnemo {

class LanguageObjective : public Objective {
 public:
  // Trains in `compute_type` on samples of `draws` from the vocabulary, by `counts` (V), how often
  // its ids occur; with 0 draws on all of it. Evaluates by the plain softmax in fp32.
  LanguageObjective(LanguageModel model, const at::Tensor& counts, int64_t draws, at::Device device,
                    at::ScalarType compute_type);

  torch::nn::Module& model() override { return *model_; }
  // The metric is the loss in bits a piece.
  ObjectiveWords words() const override { return {.metric = "bits", .unit = "tokens"}; }
  LossSum step(const LabelledBatch& batch, uint64_t seed, double weight) override;
  LossSum evaluate(const LabelledBatch& batch) override;
  at::Tensor probe(const LabelledBatch& batch, RecurrentProbe& probe) override;

 private:
  LanguageModel model_;
  std::optional<SoftmaxSampler> sampler_;
  ForwardContext training_;
};

// (V) int64: how often each id occurs in some rows.
at::Tensor count_ids(const TokenFile& tokens, std::span<const int32_t> rows, int64_t vocab_size);

// Texts cut into sequences of at most `length` ids, two at least. The targets of a batch are the
// ids of all steps but the first: (N - B).
class LanguageBatches : public BatchSource {
 public:
  LanguageBatches(std::shared_ptr<const TokenFile> tokens, const std::vector<int32_t>& rows,
                  int64_t length, int64_t batch_size, uint64_t seed, at::Device device);

  int64_t start_epoch(int64_t epoch) override;
  LabelledBatch batch(int64_t index) override;

 private:
  struct Span {
    int32_t row = 0, begin = 0;  // of the text
  };

  std::shared_ptr<const TokenFile> tokens_;
  std::vector<Span> spans_;
  std::vector<int32_t> lengths_;  // of each span
  int64_t batch_size_;
  uint64_t seed_;
  at::Device device_;
  BatchPlan plan_;
};

}  // namespace mnemo
