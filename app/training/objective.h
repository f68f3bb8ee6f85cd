// What a model is trained to do. The fit loop knows nothing more of it.
#pragma once

#include <cstdint>

#include "models/sequence_batch.h"
#include "models/torch_api.h"

namespace mnemo {

// Samples of one batch and what the model should answer.
struct LabelledBatch {
  SequenceBatch inputs;
  at::Tensor targets;  // (B) in the caller's order
};

// Sums over samples, so that totals over any batches are exact.
struct LossSum {
  double loss = 0.0;
  int64_t correct = 0;
  int64_t samples = 0;
  int64_t tokens = 0;

  LossSum& operator+=(const LossSum& other) {
    loss += other.loss;
    correct += other.correct;
    samples += other.samples;
    tokens += other.tokens;
    return *this;
  }
  double mean_loss() const { return samples == 0 ? 0.0 : loss / static_cast<double>(samples); }
  double accuracy() const {
    return samples == 0 ? 0.0 : static_cast<double>(correct) / static_cast<double>(samples);
  }
};

class Objective {
 public:
  virtual ~Objective() = default;
  virtual torch::nn::Module& model() = 0;
  // Forward and backward over one batch: leaves the gradient of the batch's mean loss in the
  // model's parameters. All randomness comes from `seed`.
  virtual LossSum step(const LabelledBatch& batch, uint64_t seed) = 0;
  // Forward alone, the model in evaluation mode.
  virtual LossSum evaluate(const LabelledBatch& batch) = 0;
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
