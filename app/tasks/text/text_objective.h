// The loss of a text classifier, and the batches it learns from: cross-entropy of classes, binary
// cross-entropy of labels, mean squared error of scaled numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include "app/training/batch_order.h"
#include "app/training/class_loss.h"
#include "app/training/objective.h"
#include "datasets/label_lists.h"
#include "datasets/token_file.h"
#include "models/text_classifier.h"

namespace mnemo {

struct TextLoss {
  ClassLoss loss = {};
  // Norm of each text's adversarial perturbation, as a share of that of its embeddings, see
  // adversarial.h; 0: none. The loss on the perturbed texts is added to that on the texts
  // themselves (Miyato et al. 2017).
  double adversarial_norm = 0.0;
  // These weights are given to what trains along, beside the mean loss of the texts' own labels:
  // the mean loss of second labels, of the texts that have one; and of the pieces that a language
  // model predicts.
  double aux_weight = 0.0;
  double language_weight = 0.0;
  std::optional<SoftmaxSampler> sampler =
      std::nullopt;  // of the latter; without: the whole softmax
};

// Rows of a file of token ids, and the labels of each.
struct TextRows {
  std::vector<int32_t> rows;
  std::vector<int32_t> labels;
  std::vector<int32_t> aux_labels = {};  // -1: none; empty: there are none
  LabelLists lists = {};                 // of TextAnswer::labels
  std::vector<float> numbers = {};       // of TextAnswer::numbers, scaled
};

// The rows' labels as (rows, labels) fp32 of 0 and 1.
at::Tensor label_matrix(const LabelLists& lists, std::span<const int64_t> rows, int64_t labels);
at::Tensor label_matrix(const LabelLists& lists, int64_t labels);  // of all rows

// (B, C) logits, or (B, 1) of two classes -> (B) int64 class numbers.
at::Tensor predicted_classes(const at::Tensor& logits);

// The plain loss of such logits, in fp32 or double, and how many samples are right in all: of
// labels those whose every label is on its side of a half; of numbers the loss again.
LossSum text_loss_sum(TextAnswer answer, const at::Tensor& logits, const at::Tensor& targets);

class TextObjective : public Objective {
 public:
  // Trains by `loss` in `compute_type`; evaluates by the plain loss in fp32.
  TextObjective(TextClassifier model, TextLoss loss, at::Device device,
                at::ScalarType compute_type);

  torch::nn::Module& model() override { return *model_; }
  // Accuracy of labels is the share of texts whose labels are all right.
  ObjectiveWords words() const override;
  LossSum step(const LabelledBatch& batch, uint64_t seed, double weight) override;
  LossSum evaluate(const LabelledBatch& batch) override;
  at::Tensor probe(const LabelledBatch& batch, RecurrentProbe& probe) override;

 private:
  // One step's loss without or with the perturbation. Both return that of the texts themselves.
  LossSum plain_step(const LabelledBatch& batch, double scale);
  LossSum adversarial_step(const LabelledBatch& batch, double scale);
  at::Tensor loss_sum(const at::Tensor& logits, const at::Tensor& targets) const;
  // Adds to `loss`, the sum over the batch's texts, what they cost the heads that train along.
  at::Tensor with_others(const at::Tensor& loss, const TextClassifierOutput& output,
                         const LabelledBatch& batch);

  TextClassifier model_;
  TextLoss loss_;
  ForwardContext training_;
  std::mt19937_64 random_;  // of a step's softmax sample
};

// Length-bucketed batches of some rows of a file of token ids.
class TextBatches : public BatchSource {
 public:
  // Batches of lists have targets (B, `labels`), of numbers (B, 1).
  TextBatches(std::shared_ptr<const TokenFile> tokens, TextRows rows, int64_t batch_size,
              BatchOrder order, uint64_t seed, at::Device device, int64_t labels = 0);

  int64_t start_epoch(int64_t epoch) override;
  LabelledBatch batch(int64_t index) override;
  // All of them, in no order of batches.
  struct Texts {
    const std::shared_ptr<const TokenFile>& tokens;
    const TextRows& rows;
  };
  Texts texts() const { return {tokens_, rows_}; }
  // (V) int64: how often each id occurs in the rows.
  at::Tensor id_counts(int64_t vocab_size) const;

 private:
  at::Tensor targets_of(std::span<const int64_t> samples) const;

  std::shared_ptr<const TokenFile> tokens_;
  TextRows rows_;
  std::vector<int32_t> lengths_;
  int64_t batch_size_;
  BatchOrder order_;
  uint64_t seed_;
  at::Device device_;
  int64_t labels_;
  BatchPlan plan_;
};

}  // namespace mnemo
