// mnemo train series: from labelled series to a run folder.
#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "app/cli/commands.h"
#include "app/cli/train_series_table.h"
#include "app/cli/training_answers.h"
#include "app/cli/training_run.h"
#include "app/settings/model_scaling.h"
#include "app/support/seeds.h"
#include "app/tasks/new_parts.h"
#include "app/tasks/series/linear_part.h"
#include "app/tasks/series/series_data.h"
#include "app/tasks/series/series_objective.h"
#include "common/files.h"
#include "common/sha256.h"

namespace mnemo {
namespace {

nlohmann::json describe_data(const TrainSeriesOptions& options, const SeriesData& data) {
  nlohmann::json description = {{"train_file", options.train_file},
                                {"train_file_sha256", data.train_sha256},
                                {"train_series", data.train.size()},
                                {"valid_series", data.holds_out ? data.valid.size() : 0}};
  if (!options.valid_file.empty()) {
    description["valid_file"] = options.valid_file;
    description["valid_file_sha256"] = data.valid_sha256;
  }
  const auto add_labels = [&](const char* name, const std::string& file) {
    if (file.empty()) return;
    description[name] = file;
    description[std::string(name) + "_sha256"] = sha256_hex(read_file(file));
  };
  add_labels("labels_file", options.reader.labels_file);
  add_labels("valid_labels_file", options.valid_labels_file);
  if (data.aux_labels.size() > 0) description["aux_labels"] = data.aux_labels.names();
  return description;
}

std::string describe_series(const SeriesData& data) {
  const auto& settings = data.settings;
  const std::string valid =
      data.holds_out ? fmt::format("{} for validation", data.valid.size())
                     : "none for validation (what is called so is measured on these, and the last "
                       "weights stay)";
  const std::string answer = settings.target_kind == TargetKind::label
                                 ? fmt::format("{} labels", settings.labels.size())
                                 : fmt::format("{} numbers to find", settings.model.outputs);
  return fmt::format("{} training series of {} features, {}, {}", data.train.size(),
                     settings.features.size(), valid, answer);
}

// With --linear, before the model is made: whether it has a linear part, and of how many steps.
int64_t steps_of_linear_part(const TrainSeriesOptions& options, const SeriesData& data,
                             Console& console) {
  if (!options.linear) return 0;
  const auto objection = objection_to_linear_part(data.train, data.settings.model.outputs, {});
  if (objection.empty()) return common_steps(data.train);
  console.note(fmt::format("no linear part, since {}", objection));
  return 0;
}

int64_t numbers_of_linear_part(const SeriesModelOptions& model) {
  if (model.linear_steps == 0) return 0;
  return (model.linear_steps * model.features + 1) * model.outputs;
}

nlohmann::json add_linear_part(SeriesModel& model, SeriesPart& train, TargetKind kind,
                               const ClassLoss& loss, Console& console) {
  const auto fit = add_linear_part(model, train, kind, loss, LinearPartOptions{});
  console.note(
      fmt::format("linear part of {} steps: loss {:.4f} on series left out of its fit, the layers "
                  "learn beside it",
                  model->options().linear_steps, fit.left_out_loss));
  return {{"strength", fit.strength}, {"left_out_loss", fit.left_out_loss}};
}

}  // namespace

int train_series_command(const std::vector<std::string>& arguments) {
  const auto start = std::chrono::steady_clock::now();
  const auto request = parse_train_series(arguments);
  if (request.answer) {
    print_result(*request.answer);
    return 0;
  }
  TrainSeriesOptions options = request.options;
  Console console(request.quiet);
  const auto warn = [&](const std::string& text) { console.warn(text); };

  const Compute compute = apply_compute(options.compute, options.model.encoder.cell);
  RunFolder folder(options.out,
                   if_exists(options.overwrite, request.find_learning_rate, options.checkpoint));
  if (is_finished(folder, options.checkpoint, request.report, console)) return 0;
  InitialWeights initial_weights(options.initial_weights, Task::series);

  SeriesData data = read_series_data(options, warn);
  data.settings.model.linear_steps = steps_of_linear_part(options, data, console);
  const auto& settings = data.settings;
  console.note(describe_series(data));
  if (!data.holds_out) {  // the training series must choose nothing
    options.fit.keep = KeptWeights::last;
    options.fit.patience = 0;
  }
  auto description = describe_data(options, data);
  ClassLoss loss;
  if (settings.target_kind == TargetKind::label) {
    loss = make_class_loss(options.loss, data.train.targets, settings.labels.size());
  }
  SeriesModel model(settings.model);
  initialize_parameters(*model, options.initialization,
                        make_generator(at::kCPU, seed_for(options.seed, SeedUse::initialization)));
  set_scaling(model->feature_scaling(), data.feature_scaling);
  set_scaling(model->target_scaling(), settings.target_scaling);
  initial_weights.load_into(*model, new_parts(initial_weights.run(), settings, warn), console);
  initial_weights.describe(description);
  nlohmann::json fitted;
  if (settings.model.linear_steps > 0) {
    fitted["linear_part"] = add_linear_part(model, data.train, settings.target_kind, loss, console);
  }

  const uint64_t seed = seed_for(options.seed, SeedUse::batches);
  SeriesBatches train(std::move(data.train), options.batch_size, options.loss.order(), seed,
                      compute.device);
  SeriesBatches valid(data.valid, options.batch_size, BatchOrder::sorted, seed, compute.device);
  options.fit = resolve_epochs(options.fit, kSeriesEpochs, train.start_epoch(1));
  options.fit.seed = seed_for(options.seed, SeedUse::steps);
  SeriesObjective objective(model, settings.target_kind, loss, compute.device, compute.type,
                            options.aux_weight);

  folder.add_file(kConfigFile, request.config_text);
  const TrainingPlan plan{.optimizer = options.optimizer,
                          .fit = options.fit,
                          .checkpoints = options.checkpoint,
                          .diagnosis = options.diagnosis,
                          .compute = compute,
                          .find_learning_rate = request.find_learning_rate,
                          .report = request.report,
                          .limits = request.limits,
                          .answers = [&] {
                            return series_answers(folder.path(), data.valid, data.holds_out,
                                                  options.compute);
                          }};
  return run_training(objective, train, valid, plan,
                      {.task = enum_name(Task::series),
                       .settings = to_json(settings),
                       .data = description,
                       .fitted = std::move(fitted),
                       .fitted_parameters = numbers_of_linear_part(settings.model)},
                      folder, console, start);
}

}  // namespace mnemo
