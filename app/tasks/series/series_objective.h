// The loss of a model of series, and the batches it learns from.
#pragma once

#include <cstdint>
#include <vector>

#include "app/tasks/series/series_data.h"
#include "app/training/batch_order.h"
#include "app/training/class_loss.h"
#include "app/training/objective.h"
#include "models/series_model.h"

namespace mnemo {

// Cross-entropy of classes; mean squared error of scaled numbers.
class SeriesObjective : public Objective {
 public:
  // Trains in `compute_type`, classes by `loss`; evaluates by the plain losses in fp32. A model
  // with the head for it learns second labels along: their mean loss is added `aux_weight` times.
  // In training the linear part's answers are those of the batch, where it has some.
  SeriesObjective(SeriesModule model, TargetKind kind, ClassLoss loss, at::Device device,
                  at::ScalarType compute_type, double aux_weight = 0.0);

  torch::nn::Module& model() override { return *model_; }
  ObjectiveWords words() const override;
  LossSum step(const LabelledBatch& batch, uint64_t seed, double weight) override;
  LossSum evaluate(const LabelledBatch& batch) override;
  at::Tensor probe(const LabelledBatch& batch, RecurrentProbe& probe) override;

 private:
  // The output in a training step: beside a linear part that has not seen the samples, where the
  // batch has its answers.
  SeriesOutput output_in_training(const LabelledBatch& batch, const ForwardContext& context);
  at::Tensor loss_sum(const at::Tensor& output, const at::Tensor& targets,
                      const ClassLoss& loss) const;
  LossSum count(const at::Tensor& output, const LabelledBatch& batch, double loss) const;

  SeriesModule model_;
  TargetKind kind_;
  ClassLoss loss_;
  double aux_weight_;
  ForwardContext training_;
};

class SeriesBatches : public BatchSource {
 public:
  SeriesBatches(SeriesPart part, int64_t batch_size, BatchOrder order, uint64_t seed,
                at::Device device);

  int64_t start_epoch(int64_t epoch) override;
  LabelledBatch batch(int64_t index) override;

 private:
  SeriesPart part_;
  std::vector<int32_t> lengths_;
  std::vector<int32_t> classes_;  // of BatchOrder::balanced
  int64_t batch_size_;
  BatchOrder order_;
  uint64_t seed_;
  at::Device device_;
  BatchPlan plan_;
};

// The steps of some series of a file, packed.
SequenceBatch pack_some(const LabelledSeries& data, std::span<const int64_t> series);

}  // namespace mnemo
