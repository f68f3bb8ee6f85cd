// The loss of a forecaster, and the batches of windows it learns from.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "app/tasks/forecast/forecast_rows.h"
#include "app/training/batch_order.h"
#include "app/training/objective.h"
#include "models/forecaster.h"

namespace mnemo {

class ForecastObjective : public Objective {
 public:
  // Trains in `compute_type`; evaluates in fp32. If there are `quantiles`, the loss is theirs, and
  // `loss` counts not. A model with the head for it learns to reconstruct its windows along: their
  // mean squared error is added `reconstruction_weight` times.
  ForecastObjective(ForecasterModule model, ForecastLoss loss, std::vector<double> quantiles,
                    at::Device device, at::ScalarType compute_type,
                    double reconstruction_weight = 0.0);

  torch::nn::Module& model() override { return *model_; }
  // The mean squared error of scaled numbers is what the literature compares.
  ObjectiveWords words() const override { return {.metric = "mse", .unit = "windows"}; }
  LossSum step(const LabelledBatch& batch, uint64_t seed, double weight) override;
  LossSum evaluate(const LabelledBatch& batch) override;
  at::Tensor probe(const LabelledBatch& batch, RecurrentProbe& probe) override;
  // Takes any forecast, shaped as the model gives it; targets (B, horizon, K).
  LossSum measure(const at::Tensor& forecast, const at::Tensor& targets) const;

 private:
  at::Tensor loss_sum(const at::Tensor& forecast, const at::Tensor& targets) const;
  LossSum count(const at::Tensor& forecast, const at::Tensor& targets, double loss) const;

  ForecasterModule model_;
  ForecastLoss loss_;
  std::vector<double> quantiles_;
  double reconstruction_weight_;
  ForwardContext training_;
};

class WindowBatches : public BatchSource {
 public:
  WindowBatches(std::shared_ptr<const ForecastRows> rows, const ForecastSettings& settings,
                std::vector<int64_t> origins, int64_t batch_size, BatchOrder order, uint64_t seed,
                at::Device device);

  int64_t start_epoch(int64_t epoch) override;
  LabelledBatch batch(int64_t index) override;

  // The origins of the windows, as they were given.
  const std::vector<int64_t>& origins() const { return origins_; }
  int64_t batch_size() const { return batch_size_; }
  // Other windows of the same rows, in the order given.
  WindowBatches of(std::vector<int64_t> origins, int64_t batch_size) const;

 private:
  std::shared_ptr<const ForecastRows> rows_;
  at::Tensor scaled_targets_;  // (rows, K) fp32; of windows scaled by themselves the data's double
  std::vector<int64_t> origins_;
  std::vector<int32_t> lengths_;  // of the windows, all equal
  ForecasterOptions model_;
  int64_t batch_size_;
  // These belong to windows scaled by themselves; file_offset and file_scale (F).
  at::Tensor file_offset_, file_scale_;
  BatchOrder order_;
  uint64_t seed_;
  at::Device device_;
  BatchPlan plan_;
};

}  // namespace mnemo
