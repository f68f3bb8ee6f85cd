// mnemo's numbers for one case of the parity tests, which compare them with PyTorch's.
//
//   parity_worker CASE
//
// The folder CASE holds request.json (task, settings as in meta.json, losses, fit),
// weights.safetensors (a state_dict) and batches.safetensors: inputs (S, B, T, ...), lengths (S,
// B), targets (S, B, ...) of S batches. Writes CASE/answers.safetensors:
//
//   output, answer, attention    of the first batch in evaluation: as the model computes it, as
//                                users see it, and the weights of attention pooling
//   loss, norm, gradient.NAME    of the first batch in training
//   initial.NAME                 parameters as mnemo starts them
//   losses, after.NAME           of a whole fit over the S batches, validated on the first: the
//                                mean loss of each step, and every parameter and buffer at the end
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/settings/forecast_enum_tables.h"
#include "app/settings/json_fields.h"
#include "app/settings/model_scaling.h"
#include "app/settings/task.h"
#include "app/tasks/forecast/forecast_objective.h"
#include "app/tasks/series/series_objective.h"
#include "app/tasks/series/series_settings.h"
#include "app/tasks/text/text_objective.h"
#include "app/tasks/text/text_settings.h"
#include "app/training/fit.h"
#include "app/training/fit_enum_tables.h"
#include "common/files.h"
#include "models/export/series_model_export.h"
#include "models/initialization.h"
#include "models/safetensors.h"

namespace mnemo {
namespace {

using nlohmann::json;

template <typename Enum>
Enum read_enum(const json& object, const char* key) {
  Enum value{};
  FieldReader(object).field(key, value);
  return value;
}

// A model, and what is asked of it in evaluation.
struct Subject {
  std::unique_ptr<Objective> objective;
  std::function<void(const LabelledBatch&, NamedTensors&)> evaluate;
};

class FixedBatches : public BatchSource {
 public:
  explicit FixedBatches(std::vector<LabelledBatch> batches) : batches_(std::move(batches)) {}

  int64_t start_epoch(int64_t /*epoch*/) override { return std::ssize(batches_); }
  LabelledBatch batch(int64_t index) override { return batches_[static_cast<size_t>(index)]; }

 private:
  std::vector<LabelledBatch> batches_;
};

class LossOfSteps : public FitObserver {
 public:
  void on_step(const StepReport& report) override {
    const LossSum& sum = report.epoch_so_far;
    if (report.step == 1) before_ = {};
    losses_.push_back((sum.loss - before_.loss) /
                      static_cast<double>(sum.samples - before_.samples));
    before_ = sum;
  }
  void on_epoch(const EpochReport& /*report*/) override {}

  const std::vector<double>& losses() const { return losses_; }

 private:
  LossSum before_;
  std::vector<double> losses_;
};

ClassLoss class_loss_of(const json& request) {
  const auto weights = request.at("class_weights").get<std::vector<float>>();
  return {.label_smoothing = request.at("label_smoothing").get<double>(),
          .weights = weights.empty() ? at::Tensor() : at::tensor(weights)};
}

Subject text_subject(const json& request) {
  const auto settings = text_settings_from_json(request.at("settings"), "request.json");
  TextClassifier model(settings.model);
  auto loss = class_loss_of(request);
  if (loss.weights.defined() && settings.model.answer == TextAnswer::labels) {
    loss.weights = loss.weights.view({2, settings.model.classes});
  }
  return {.objective =
              std::make_unique<TextObjective>(model, TextLoss{.loss = loss}, at::kCPU, at::kFloat),
          .evaluate = [model](const LabelledBatch& batch, NamedTensors& answers) mutable {
            const auto output = model->forward(batch.inputs);
            answers["output"] = output.logits;
            answers["answer"] = model->answers(output.logits);
            if (output.attention.defined()) answers["attention"] = output.attention;
          }};
}

Subject series_subject(const json& request) {
  const auto settings = series_settings_from_json(request.at("settings"), "request.json");
  SeriesModule model(settings.model);
  return {.objective = std::make_unique<SeriesObjective>(
              model, settings.target_kind, class_loss_of(request), at::kCPU, at::kFloat),
          .evaluate = [model, settings](const LabelledBatch& batch, NamedTensors& answers) mutable {
            answers["output"] = model->forward(batch.inputs);
            answers["answer"] = series_answer(model, settings.answer(), batch.inputs);
          }};
}

Subject forecast_subject(const json& request) {
  const auto settings = forecast_settings_from_json(request.at("settings"), "request.json");
  ForecasterModule model(settings.model);
  return {.objective =
              std::make_unique<ForecastObjective>(model, read_enum<ForecastLoss>(request, "loss"),
                                                  settings.quantiles, at::kCPU, at::kFloat),
          .evaluate = [model](const LabelledBatch& batch, NamedTensors& answers) mutable {
            answers["output"] = model->forward(batch.inputs.values);
            // Windows that are scaled by themselves are answered in double.
            answers["answer"] =
                model->forecast(batch.inputs.values).to(batch.inputs.values.scalar_type());
          }};
}

Subject subject_of(const json& request) {
  switch (read_enum<Task>(request, "task")) {
    case Task::text:
      return text_subject(request);
    case Task::series:
      return series_subject(request);
    case Task::forecast:
      return forecast_subject(request);
    case Task::language:
      break;  // its models give no answers to compare
  }
  throw Error("unhandled task");
}

// inputs (B, T) of ids or (B, T, F) of numbers, padded
SequenceBatch pack(const at::Tensor& inputs, const at::Tensor& lengths) {
  const auto layout = SequenceLayout::of(
      std::span(lengths.const_data_ptr<int64_t>(), static_cast<size_t>(lengths.numel())));
  const auto order = at::tensor(layout.order, at::kLong);
  return {.values = pack_steps(inputs.index_select(0, order).transpose(0, 1), layout),
          .layout = layout};
}

std::vector<LabelledBatch> batches_of(const NamedTensors& tensors) {
  std::vector<LabelledBatch> batches;
  for (int64_t i = 0; i < tensors.at("inputs").size(0); ++i) {
    const auto values = tensors.at("inputs")[i];
    const auto lengths = tensors.find("lengths");
    const auto inputs = lengths == tensors.end() ? SequenceBatch{.values = values, .layout = {}}
                                                 : pack(values, lengths->second[i].contiguous());
    batches.push_back({.inputs = inputs, .targets = tensors.at("targets")[i]});
  }
  return batches;
}

OptimizerOptions optimizer_of(const json& fit) {
  OptimizerOptions options{.kind = read_enum<OptimizerKind>(fit, "optimizer")};
  fit.at("learning_rate").get_to(options.learning_rate);
  fit.at("momentum").get_to(options.momentum);
  fit.at("nesterov").get_to(options.nesterov);
  fit.at("weight_decay").get_to(options.weight_decay);
  validate(options);
  return options;
}

FitOptions fit_options_of(const json& fit) {
  FitOptions options{.patience = 0, .keep = KeptWeights::last};
  fit.at("epochs").get_to(options.epochs);
  options.schedule.kind = read_enum<Schedule>(fit, "schedule");
  fit.at("warmup_steps").get_to(options.schedule.warmup_steps);
  fit.at("decay_factor").get_to(options.schedule.decay_factor);
  fit.at("decay_epochs").get_to(options.schedule.decay_epochs);
  fit.at("clip_norm").get_to(options.clip_norm);
  fit.at("clip_value").get_to(options.clip_value);
  fit.at("accumulate").get_to(options.accumulate);
  fit.at("average_decay").get_to(options.average_decay);
  return options;
}

void add_gradients(Objective& objective, const LabelledBatch& batch, NamedTensors& answers) {
  objective.model().train();
  const LossSum sum = objective.step(batch, /*seed=*/1, /*weight=*/1.0);
  answers["loss"] = at::tensor({sum.mean_loss()}, at::kDouble);
  for (const auto& parameter : objective.model().named_parameters()) {
    const auto& gradient = parameter.value().grad();
    answers["gradient." + parameter.key()] = gradient.is_sparse() ? gradient.to_dense() : gradient;
  }
  const auto parameters = objective.model().parameters();
  answers["norm"] = at::tensor({gradient_norm(parameters)}, at::kDouble);
}

void add_fit(Objective& objective, const std::vector<LabelledBatch>& batches, const json& request,
             NamedTensors& answers) {
  FixedBatches train(batches), valid({batches.front()});
  const auto optimizer =
      make_optimizer(objective.model().parameters(), optimizer_of(request.at("fit")));
  LossOfSteps observer;
  const auto result = fit(objective, train, valid, *optimizer, fit_options_of(request.at("fit")),
                          observer, [] { return false; });
  if (result.end != FitEnd::finished) throw Error("the fit ended early: " + result.message);
  answers["losses"] = at::tensor(observer.losses(), at::kDouble);
  for (const auto& [name, tensor] : named_tensors(objective.model())) {
    answers["after." + name] = tensor;
  }
}

void run(const std::filesystem::path& folder) {
  const auto request = json::parse(read_file((folder / "request.json").string()));
  const auto load = [&](const char* name) {
    return from_safetensors(read_file((folder / name).string()), name);
  };
  const auto weights = load("weights.safetensors");
  const auto batches = batches_of(load("batches.safetensors"));
  auto subject = subject_of(request);
  Objective& objective = *subject.objective;
  NamedTensors answers;

  initialize_parameters(objective.model(), {}, make_generator(at::kCPU, 1));
  for (const auto& [name, tensor] : named_tensors(objective.model())) {
    answers["initial." + name] = tensor.clone();
  }
  load_tensors(objective.model(), weights, "weights.safetensors");
  objective.model().eval();
  {
    const at::NoGradGuard no_grad;
    subject.evaluate(batches.front(), answers);
  }
  add_gradients(objective, batches.front(), answers);
  load_tensors(objective.model(), weights, "weights.safetensors");  // batch norm has moved
  add_fit(objective, batches, request, answers);
  write_file_atomically((folder / "answers.safetensors").string(), to_safetensors(answers));
}

}  // namespace
}  // namespace mnemo

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw mnemo::UsageError("usage: parity_worker CASE");
    mnemo::run(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::fputs(fmt::format("parity_worker: {}\n", error.what()).c_str(), stderr);
    return 1;
  }
}
