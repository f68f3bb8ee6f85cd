#include "app/tasks/text/text_objective.h"

#include <numeric>
#include <span>
#include <utility>

#include "app/settings/compute.h"
#include "app/training/adversarial.h"
#include "app/training/language_objective.h"

namespace mnemo {
namespace {

// How many samples are right; of numbers their loss, which is given.
double count_right(TextAnswer answer, const at::Tensor& logits, const at::Tensor& targets,
                   double loss) {
  switch (answer) {
    case TextAnswer::classes:
      return predicted_classes(logits).eq(targets).sum().item<double>();
    case TextAnswer::labels:
      return logits.gt(0.0).eq(targets.gt(0.5)).all(1).sum().item<double>();
    case TextAnswer::numbers:
      return loss;
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled answer");
}

at::Tensor loss_sum_of(TextAnswer answer, const ClassLoss& loss, const at::Tensor& logits,
                       const at::Tensor& targets) {
  switch (answer) {
    case TextAnswer::classes:
      return class_loss_sum(loss, logits, targets);
    case TextAnswer::labels:
      return label_loss_sum(loss, logits, targets);
    case TextAnswer::numbers:
      return at::mse_loss(logits, targets, at::Reduction::Sum) /
             static_cast<double>(targets.size(1));
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled answer");
}

LossSum count(TextAnswer answer, const TextClassifierOutput& output, const LabelledBatch& batch,
              double loss) {
  return {.loss = loss,
          .metric = count_right(answer, output.logits, batch.targets, loss),
          .samples = batch.targets.size(0),
          .units = batch.inputs.values.size(0)};
}

}  // namespace

at::Tensor predicted_classes(const at::Tensor& logits) {
  return logits.size(1) == 1 ? logits.squeeze(1).gt(0.0).to(at::kLong) : logits.argmax(1);
}

LossSum text_loss_sum(TextAnswer answer, const at::Tensor& logits, const at::Tensor& targets) {
  const double loss =
      loss_sum_of(answer, {}, logits,
                  answer == TextAnswer::classes ? targets : targets.to(logits.scalar_type()))
          .item<double>();
  return {.loss = loss,
          .metric = count_right(answer, logits, targets, loss),
          .samples = targets.size(0)};
}

at::Tensor label_matrix(const LabelLists& lists, std::span<const int64_t> rows, int64_t labels) {
  auto matrix = at::zeros({std::ssize(rows), labels});
  auto cells = matrix.accessor<float, 2>();
  for (int64_t i = 0; i < std::ssize(rows); ++i) {
    for (const int32_t label : lists.of(rows[static_cast<size_t>(i)])) cells[i][label] = 1.0F;
  }
  return matrix;
}

at::Tensor label_matrix(const LabelLists& lists, int64_t labels) {
  std::vector<int64_t> rows(static_cast<size_t>(lists.size()));
  std::iota(rows.begin(), rows.end(), 0);
  return label_matrix(lists, rows, labels);
}

TextObjective::TextObjective(TextClassifier model, TextLoss loss, at::Device device,
                             at::ScalarType compute_type)
    : model_(std::move(model)), loss_(std::move(loss)) {
  model_->to(device);
  training_ = {.generator = make_generator(device, 0), .compute_type = compute_type};
}

ObjectiveWords TextObjective::words() const {
  const bool is_number = model_->options().answer == TextAnswer::numbers;
  return {.metric = is_number ? "mse" : "accuracy", .unit = "tokens"};
}

at::Tensor TextObjective::loss_sum(const at::Tensor& logits, const at::Tensor& targets) const {
  return loss_sum_of(model_->options().answer, loss_.loss, logits, targets);
}

LossSum TextObjective::step(const LabelledBatch& batch, uint64_t seed, double weight) {
  training_.generator->set_current_seed(seed);
  random_.seed(seed);
  const double scale = weight / static_cast<double>(batch.targets.size(0));
  return loss_.adversarial_norm > 0.0 ? adversarial_step(batch, scale) : plain_step(batch, scale);
}

LossSum TextObjective::plain_step(const LabelledBatch& batch, double scale) {
  const auto output = model_->forward(batch.inputs, training_);
  const auto loss = loss_sum(output.logits, batch.targets);
  (with_others(loss, output, batch) * scale).backward();
  return count(model_->options().answer, output, batch, loss.item<double>());
}

at::Tensor TextObjective::with_others(const at::Tensor& loss, const TextClassifierOutput& output,
                                      const LabelledBatch& batch) {
  auto total = loss;
  const auto samples = static_cast<double>(batch.targets.size(0));
  if (output.aux_logits.defined()) {
    const auto aux = aux_loss_sum(output.aux_logits, batch.aux_targets);
    if (aux.defined()) total = total + aux * loss_.aux_weight;
  }
  if (loss_.language_weight > 0.0) {
    const auto sample = loss_.sampler ? loss_.sampler->draw(random_)
                                      : SoftmaxSample::whole(model_->options().vocab_size);
    const auto [sum, predicted] = model_->language_loss(output, batch.inputs, sample);
    if (predicted > 0) {
      total = total + sum * (loss_.language_weight * samples / static_cast<double>(predicted));
    }
  }
  return total;
}

LossSum TextObjective::adversarial_step(const LabelledBatch& batch, double scale) {
  const auto& layout = batch.inputs.layout;
  const auto embedded = model_->embed(batch.inputs, training_);  // (N, E)
  // Both passes see the same dropout masks, and the embedding is differentiated once for both.
  const auto random_state = training_.generator->get_state();
  const auto classify = [&](const at::Tensor& input) {
    training_.generator->set_state(random_state);
    return model_->classify(input, layout, training_);
  };
  const auto loss_of = [&](const TextClassifierOutput& output) {
    return loss_sum(output.logits, batch.targets);
  };
  const auto clean = embedded.detach().requires_grad_();
  const auto output = classify(clean);
  const auto loss = loss_of(output);
  (with_others(loss, output, batch) * scale).backward();
  const auto change = adversarial_perturbation(clean, clean.grad(), layout, loss_.adversarial_norm);
  const auto perturbed = (clean.detach() + change).requires_grad_();
  (loss_of(classify(perturbed)) * scale).backward();
  if (embedded.requires_grad()) embedded.backward(clean.grad() + perturbed.grad());
  return count(model_->options().answer, output, batch, loss.item<double>());
}

LossSum TextObjective::evaluate(const LabelledBatch& batch) {
  const at::NoGradGuard no_grad;
  const auto output = model_->forward(batch.inputs);
  auto sum = text_loss_sum(model_->options().answer, output.logits, batch.targets);
  sum.units = batch.inputs.values.size(0);
  return sum;
}

at::Tensor TextObjective::probe(const LabelledBatch& batch, RecurrentProbe& probe) {
  const auto output = model_->forward(batch.inputs, {.probe = &probe});
  return loss_sum_of(model_->options().answer, {}, output.logits, batch.targets);
}

TextBatches::TextBatches(std::shared_ptr<const TokenFile> tokens, TextRows rows, int64_t batch_size,
                         BatchOrder order, uint64_t seed, at::Device device, int64_t labels)
    : tokens_(std::move(tokens)),
      rows_(std::move(rows)),
      batch_size_(batch_size),
      order_(order),
      seed_(seed),
      device_(device),
      labels_(labels) {
  lengths_.reserve(rows_.rows.size());
  for (const int32_t row : rows_.rows) {
    lengths_.push_back(static_cast<int32_t>(tokens_->length(row)));
  }
}

int64_t TextBatches::start_epoch(int64_t epoch) {
  plan_ = plan_epoch(order_, lengths_, rows_.labels, batch_size_, seed_, epoch);
  return std::ssize(plan_);
}

at::Tensor TextBatches::id_counts(int64_t vocab_size) const {
  return count_ids(*tokens_, rows_.rows, vocab_size);
}

at::Tensor TextBatches::targets_of(std::span<const int64_t> samples) const {
  if (!rows_.lists.empty()) return label_matrix(rows_.lists, samples, labels_).to(device_);
  if (!rows_.numbers.empty()) {
    std::vector<float> numbers;
    for (const int64_t sample : samples) {
      numbers.push_back(rows_.numbers[static_cast<size_t>(sample)]);
    }
    return at::tensor(numbers).unsqueeze(1).to(device_);  // (B, 1)
  }
  std::vector<int64_t> classes;
  for (const int64_t sample : samples) {
    classes.push_back(rows_.labels[static_cast<size_t>(sample)]);
  }
  return at::tensor(classes, at::kLong).to(device_);
}

LabelledBatch TextBatches::batch(int64_t index) {
  const auto& samples = plan_.at(static_cast<size_t>(index));
  std::vector<std::vector<int32_t>> ids(samples.size());
  std::vector<int64_t> aux_targets;
  for (size_t i = 0; i < samples.size(); ++i) {
    const auto sample = static_cast<size_t>(samples[i]);
    tokens_->read(rows_.rows[sample], ids[i]);
    if (!rows_.aux_labels.empty()) aux_targets.push_back(rows_.aux_labels[sample]);
  }
  const std::vector<std::span<const int32_t>> spans(ids.begin(), ids.end());
  LabelledBatch batch{.inputs = pack_ids(spans).to(device_), .targets = targets_of(samples)};
  if (!aux_targets.empty()) batch.aux_targets = at::tensor(aux_targets, at::kLong).to(device_);
  return batch;
}

}  // namespace mnemo
