#include "app/tasks/forecast/forecast_objective.h"

#include <utility>

#include "app/settings/compute.h"
#include "app/settings/model_scaling.h"

namespace mnemo {

ForecastObjective::ForecastObjective(ForecasterModule model, ForecastLoss loss,
                                     std::vector<double> quantiles, at::Device device,
                                     at::ScalarType compute_type, double reconstruction_weight)
    : model_(std::move(model)),
      loss_(loss),
      quantiles_(std::move(quantiles)),
      reconstruction_weight_(reconstruction_weight) {
  model_->to(device);
  training_ = {.generator = make_generator(device, 0), .compute_type = compute_type};
}

LossSum ForecastObjective::step(const LabelledBatch& batch, uint64_t seed, double weight) {
  training_.generator->set_current_seed(seed);
  const auto [forecast, reconstruction_error] =
      model_->forward_with_reconstruction(batch.inputs.values, training_);
  const auto loss = loss_sum(forecast, batch.targets);
  auto total = loss;
  if (reconstruction_error.defined()) {
    total = total + reconstruction_error.sum() * reconstruction_weight_;
  }
  (total / (static_cast<double>(batch.targets.size(0)) / weight)).backward();
  return count(forecast, batch.targets, loss.item<double>());
}

LossSum ForecastObjective::evaluate(const LabelledBatch& batch) {
  const at::NoGradGuard no_grad;
  return measure(model_->forward(batch.inputs.values), batch.targets);
}

LossSum ForecastObjective::measure(const at::Tensor& forecast, const at::Tensor& targets) const {
  return count(forecast, targets, loss_sum(forecast, targets).item<double>());
}

at::Tensor ForecastObjective::probe(const LabelledBatch& batch, RecurrentProbe& probe) {
  return loss_sum(model_->forward(batch.inputs.values, {.probe = &probe}), batch.targets);
}

at::Tensor ForecastObjective::loss_sum(const at::Tensor& forecast,
                                       const at::Tensor& targets) const {
  return quantiles_.empty() ? forecast_loss_sum(forecast, targets, loss_)
                            : pinball_loss_sum(forecast, targets, quantiles_);
}

LossSum ForecastObjective::count(const at::Tensor& forecast, const at::Tensor& targets,
                                 double loss) const {
  const at::NoGradGuard no_grad;
  const bool loss_is_metric = quantiles_.empty() && loss_ == ForecastLoss::mse;
  const auto point = quantiles_.empty() ? forecast : forecast.select(3, model_->options().centre);
  return {.loss = loss,
          .metric = loss_is_metric
                        ? loss
                        : forecast_loss_sum(point, targets, ForecastLoss::mse).item<double>(),
          .samples = targets.size(0),
          .units = targets.size(0)};
}

WindowBatches::WindowBatches(std::shared_ptr<const ForecastRows> rows,
                             const ForecastSettings& settings, std::vector<int64_t> origins,
                             int64_t batch_size, BatchOrder order, uint64_t seed, at::Device device)
    : rows_(std::move(rows)),
      origins_(std::move(origins)),
      lengths_(origins_.size(), static_cast<int32_t>(settings.model.lookback)),
      model_(settings.model),
      batch_size_(batch_size),
      order_(order),
      seed_(seed),
      device_(device) {
  const auto& scaling = settings.target_scaling;
  if (model_.window_scaling != WindowScaling::none) {
    scaled_targets_ = at::tensor(rows_->targets).view({-1, std::ssize(scaling)});
    const auto of_file = scaling_columns(settings.feature_scaling, settings.model.features);
    file_offset_ = at::tensor(of_file.offset);
    file_scale_ = at::tensor(of_file.scale);
    return;
  }
  scaled_targets_ = at::empty({rows_->features.size(0), std::ssize(scaling)});
  float* target = scaled_targets_.mutable_data_ptr<float>();
  for (size_t i = 0; i < rows_->targets.size(); ++i) {
    target[i] = static_cast<float>(scaling[i % scaling.size()].apply(rows_->targets[i]));
  }
}

WindowBatches WindowBatches::of(std::vector<int64_t> origins, int64_t batch_size) const {
  WindowBatches other = *this;
  other.lengths_.assign(origins.size(), static_cast<int32_t>(model_.lookback));
  other.origins_ = std::move(origins);
  other.batch_size_ = batch_size;
  other.order_ = BatchOrder::sorted;  // of equal lengths: as they stand
  other.plan_.clear();
  return other;
}

int64_t WindowBatches::start_epoch(int64_t epoch) {
  plan_ = plan_epoch(order_, lengths_, {}, batch_size_, seed_, epoch);
  return std::ssize(plan_);
}

LabelledBatch WindowBatches::batch(int64_t index) {
  std::vector<int64_t> origins;
  for (const int64_t sample : plan_.at(static_cast<size_t>(index))) {
    origins.push_back(origins_[static_cast<size_t>(sample)]);
  }
  auto history = histories(*rows_, origins, model_);
  auto targets = rows_from(scaled_targets_, origins, model_.horizon);
  if (model_.window_scaling != WindowScaling::none) {
    const auto scale = scale_of(history.narrow(1, 0, model_.lookback), model_.window_scaling,
                                file_offset_, file_scale_, model_.fixed_columns);
    history = scale.apply(history).to(at::kFloat);
    targets = scale.of_columns(model_.target_columns).apply(targets).to(at::kFloat);
  }
  return {.inputs = {.values = history.to(device_), .layout = {}}, .targets = targets.to(device_)};
}

}  // namespace mnemo
