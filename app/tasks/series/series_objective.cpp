#include "app/tasks/series/series_objective.h"

#include <algorithm>
#include <utility>

#include "app/settings/compute.h"

namespace mnemo {

SeriesObjective::SeriesObjective(SeriesModule model, TargetKind kind, ClassLoss loss,
                                 at::Device device, at::ScalarType compute_type, double aux_weight)
    : model_(std::move(model)), kind_(kind), loss_(std::move(loss)), aux_weight_(aux_weight) {
  model_->to(device);
  training_ = {.generator = make_generator(device, 0), .compute_type = compute_type};
}

ObjectiveWords SeriesObjective::words() const {
  return {.metric = kind_ == TargetKind::label ? "accuracy" : "mse", .unit = "steps"};
}

LossSum SeriesObjective::step(const LabelledBatch& batch, uint64_t seed, double weight) {
  training_.generator->set_current_seed(seed);
  const auto [output, aux_logits] = output_in_training(batch, training_);
  const auto loss = loss_sum(output, batch.targets, loss_);
  auto total = loss;
  if (aux_logits.defined()) {
    const auto aux = aux_loss_sum(aux_logits, batch.aux_targets);
    if (aux.defined()) total = total + aux * aux_weight_;
  }
  (total / (static_cast<double>(batch.targets.size(0)) / weight)).backward();
  return count(output, batch, loss.item<double>());
}

LossSum SeriesObjective::evaluate(const LabelledBatch& batch) {
  const at::NoGradGuard no_grad;
  const auto output = model_->forward(batch.inputs);
  return count(output, batch, loss_sum(output, batch.targets, {}).item<double>());
}

at::Tensor SeriesObjective::probe(const LabelledBatch& batch, RecurrentProbe& probe) {
  return loss_sum(output_in_training(batch, {.probe = &probe}).answer, batch.targets, {});
}

SeriesOutput SeriesObjective::output_in_training(const LabelledBatch& batch,
                                                 const ForwardContext& context) {
  auto output = model_->forward_layers(batch.inputs, context);
  const auto linear =
      batch.linear_answers.defined() ? batch.linear_answers : model_->linear_answer(batch.inputs);
  if (linear.defined()) output.answer = output.answer + linear;
  return output;
}

at::Tensor SeriesObjective::loss_sum(const at::Tensor& output, const at::Tensor& targets,
                                     const ClassLoss& loss) const {
  switch (kind_) {
    case TargetKind::label:
      return class_loss_sum(loss, output, targets);
    case TargetKind::number:
      return at::mse_loss(output, targets, at::Reduction::Sum) /
             static_cast<double>(targets.size(1));
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled kind of target");
}

LossSum SeriesObjective::count(const at::Tensor& output, const LabelledBatch& batch,
                               double loss) const {
  const double metric =
      kind_ == TargetKind::label ? output.argmax(1).eq(batch.targets).sum().item<double>() : loss;
  return {.loss = loss,
          .metric = metric,
          .samples = batch.targets.size(0),
          .units = batch.inputs.values.size(0)};
}

SeriesBatches::SeriesBatches(SeriesPart part, int64_t batch_size, BatchOrder order, uint64_t seed,
                             at::Device device)
    : part_(std::move(part)),
      batch_size_(batch_size == 0 ? part_.size() : batch_size),
      order_(order),
      seed_(seed),
      device_(device) {
  for (const int64_t series : part_.series) {
    lengths_.push_back(static_cast<int32_t>(part_.data->length(series)));
  }
  if (order == BatchOrder::balanced) {
    const auto classes = part_.targets.to(at::kInt).contiguous();  // (series)
    classes_.assign(classes.const_data_ptr<int32_t>(),
                    classes.const_data_ptr<int32_t>() + classes.numel());
  }
}

int64_t SeriesBatches::start_epoch(int64_t epoch) {
  plan_ = plan_epoch(order_, lengths_, classes_, batch_size_, seed_, epoch);
  return std::ssize(plan_);
}

LabelledBatch SeriesBatches::batch(int64_t index) {
  const auto& samples = plan_.at(static_cast<size_t>(index));
  std::vector<int64_t> series;
  for (const int64_t sample : samples) series.push_back(part_.series[static_cast<size_t>(sample)]);
  const auto rows = at::tensor(samples, at::kLong);
  LabelledBatch batch{.inputs = pack_some(*part_.data, series).to(device_),
                      .targets = part_.targets.index_select(0, rows).to(device_)};
  if (part_.aux_targets.defined()) {
    batch.aux_targets = part_.aux_targets.index_select(0, rows).to(device_);
  }
  if (part_.linear_answers.defined()) {
    batch.linear_answers = part_.linear_answers.index_select(0, rows).to(device_);
  }
  return batch;
}

SequenceBatch pack_some(const LabelledSeries& data, std::span<const int64_t> series) {
  std::vector<std::span<const float>> values;
  for (const int64_t one : series) {
    values.emplace_back(data.values.data() + data.offsets[static_cast<size_t>(one)] * data.width(),
                        static_cast<size_t>(data.length(one) * data.width()));
  }
  return pack_series(values, data.width());
}

}  // namespace mnemo
