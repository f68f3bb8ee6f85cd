// Cross-entropy of a text classifier, and the batches it learns from.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "app/training/batch_order.h"
#include "app/training/class_loss.h"
#include "app/training/objective.h"
#include "datasets/token_file.h"
#include "models/text_classifier.h"

namespace mnemo {

struct TextLoss {
  ClassLoss loss = {};
  // Norm of each text's adversarial perturbation, see adversarial.h; 0: none. The loss on the
  // perturbed texts is added to that on the texts themselves (Miyato et al. 2017).
  double adversarial_norm = 0.0;
};

class TextObjective : public Objective {
 public:
  // Trains by `loss` in `compute_type`; evaluates by plain cross-entropy in fp32.
  TextObjective(TextClassifier model, TextLoss loss, at::Device device,
                at::ScalarType compute_type);

  torch::nn::Module& model() override { return *model_; }
  ObjectiveWords words() const override { return {.metric = "accuracy", .unit = "tokens"}; }
  LossSum step(const LabelledBatch& batch, uint64_t seed, double weight) override;
  LossSum evaluate(const LabelledBatch& batch) override;
  at::Tensor probe(const LabelledBatch& batch, RecurrentProbe& probe) override;

 private:
  // One step's loss without or with the perturbation. Both return that of the texts themselves.
  LossSum plain_step(const LabelledBatch& batch, double scale);
  LossSum adversarial_step(const LabelledBatch& batch, double scale);

  TextClassifier model_;
  TextLoss loss_;
  ForwardContext training_;
};

// Length-bucketed batches of some rows of a file of token ids.
class TextBatches : public BatchSource {
 public:
  // labels[i] belongs to rows[i].
  TextBatches(std::shared_ptr<const TokenFile> tokens, std::vector<int32_t> rows,
              std::vector<int32_t> labels, int64_t batch_size, BatchOrder order, uint64_t seed,
              at::Device device);

  int64_t start_epoch(int64_t epoch) override;
  LabelledBatch batch(int64_t index) override;

 private:
  std::shared_ptr<const TokenFile> tokens_;
  std::vector<int32_t> rows_;
  std::vector<int32_t> labels_;
  std::vector<int32_t> lengths_;
  int64_t batch_size_;
  BatchOrder order_;
  uint64_t seed_;
  at::Device device_;
  BatchPlan plan_;
};

}  // namespace mnemo
