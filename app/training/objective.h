// The task that a model is trained to do. The fit loop knows nothing more of it.
#pragma once

#include <cstdint>

#include "models/recurrent/recurrent_probe.h"
#include "models/sequence_batch.h"
#include "models/torch_api.h"

namespace mnemo {

// Samples of one batch and what the model should answer.
struct LabelledBatch {
  // Sequences in their layout; or windows of one length, values (B, L, F) without a layout.
  SequenceBatch inputs;
  at::Tensor targets;           // (B, ...) in the caller's order
  at::Tensor aux_targets = {};  // (B) int64 of a second label, -1: unknown; undefined: none
  // (B, ...) what a part that has learnt already should be taken to answer; undefined: what it
  // does.
  at::Tensor linear_answers = {};
};

// The batch's first `count` samples, all of them when there are fewer, without second labels.
LabelledBatch first_samples(const LabelledBatch& batch, int64_t count);

// While it lives, the model is in evaluation mode: no dropout, and no norm takes note of the batch.
class EvaluationMode {
 public:
  explicit EvaluationMode(torch::nn::Module& model)
      : model_(model), training_(model.is_training()) {
    model_.eval();
  }
  ~EvaluationMode() { model_.train(training_); }
  EvaluationMode(const EvaluationMode&) = delete;
  EvaluationMode& operator=(const EvaluationMode&) = delete;

 private:
  torch::nn::Module& model_;
  bool training_;
};

// Sums over samples, so that totals over any batches are exact.
struct LossSum {
  double loss = 0.0;
  double metric = 0.0;  // see ObjectiveWords
  int64_t samples = 0;
  int64_t units = 0;  // likewise

  LossSum& operator+=(const LossSum& other) {
    loss += other.loss;
    metric += other.metric;
    samples += other.samples;
    units += other.units;
    return *this;
  }
  double mean_loss() const { return samples == 0 ? 0.0 : loss / static_cast<double>(samples); }
  double mean_metric() const { return samples == 0 ? 0.0 : metric / static_cast<double>(samples); }
};

// The words for what is told to people besides the loss.
struct ObjectiveWords {
  const char* metric;  // a second figure, the mean over samples, e.g. "accuracy"
  const char* unit;    // of work that the speed counts, e.g. "tokens"
};

class Objective {
 public:
  virtual ~Objective() = default;
  virtual torch::nn::Module& model() = 0;
  virtual ObjectiveWords words() const = 0;
  // Forward and backward over one batch: adds the gradient of the batch's mean loss, times
  // `weight`, to that of the model's parameters. All randomness comes from `seed`.
  virtual LossSum step(const LabelledBatch& batch, uint64_t seed, double weight) = 0;
  // Forward alone, the model in evaluation mode.
  virtual LossSum evaluate(const LabelledBatch& batch) = 0;
  // The sum of the samples' losses, as evaluate() counts them but beside the batch's linear
  // answers, to be differentiated, and in `probe` what the recurrent layers did. The model in
  // evaluation mode.
  virtual at::Tensor probe(const LabelledBatch& batch, RecurrentProbe& probe) = 0;
};

// Batches of a part of the data. Epochs are numbered from 1.
class BatchSource {
 public:
  virtual ~BatchSource() = default;
  // Arranges the epoch's batches and returns their number.
  virtual int64_t start_epoch(int64_t epoch) = 0;
  virtual LabelledBatch batch(int64_t index) = 0;
};

}  // namespace mnemo
