// mnemo train forecast: from a table of numbers to a run folder.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <optional>
#include <utility>

#include "app/cli/commands.h"
#include "app/cli/train_forecast_table.h"
#include "app/cli/training_answers.h"
#include "app/cli/training_run.h"
#include "app/settings/model_scaling.h"
#include "app/support/seeds.h"
#include "app/tasks/forecast/autoregression.h"
#include "app/tasks/forecast/forecast_data.h"
#include "app/tasks/forecast/forecast_objective.h"
#include "app/tasks/new_parts.h"

namespace mnemo {
namespace {

nlohmann::json describe_data(const TrainForecastOptions& options, const ForecastData& data) {
  return {{"train_file", options.train_file},
          {"train_file_sha256", data.sha256},
          {"train_rows", data.train_rows},
          {"valid_rows", data.valid_rows},
          {"test_rows", data.test_rows},
          {"train_windows", std::ssize(data.train)},
          {"valid_windows", std::ssize(data.valid)}};
}

std::string describe_windows(const ForecastData& data) {
  const auto& [settings, model] = std::pair(data.settings, data.settings.model);
  const std::string valid = data.valid_rows == 0
                                ? fmt::format("{} of the test part to look at", data.valid.size())
                                : fmt::format("{} for validation", data.valid.size());
  return fmt::format(
      "{} training windows, {}; {} rows of {} in, {} rows of {} out; season {}", data.train.size(),
      valid, model.lookback, fmt::join(settings.features, ", "), model.horizon,
      fmt::join(settings.targets, ", "),
      settings.season > 1 ? fmt::format("{} rows", settings.season) : std::string("none"));
}

int64_t numbers_in_linear_part(const ForecasterOptions& model) {
  return (autoregression_rows(model, {}) + 1) * model.horizon;
}

// With --autoregression, once the layers have learnt.
std::optional<LateAddition> add_linear_part(Forecaster& model, const ForecastObjective& objective,
                                            ForecastSettings settings, const WindowBatches& train,
                                            WindowBatches& valid, Console& console) {
  const auto added = add_autoregression(model, objective, train, valid, {}, console);
  if (!added) return std::nullopt;
  settings.model = model->options();
  return LateAddition{.settings = to_json(settings),
                      .result = to_json(*added),
                      .valid = added->valid,
                      .parameters = numbers_in_linear_part(settings.model)};
}

// Whether one is asked for and possible; says why not.
bool takes_autoregression(const TrainForecastOptions& options, const ForecastData& data,
                          Console& console) {
  if (!options.autoregression) return false;
  const auto objection = objection_to_autoregression(data.settings.model, options.quantiles,
                                                     /*holds_out=*/data.valid_rows > 0);
  if (!objection.empty()) console.note(fmt::format("no autoregression, since {}", objection));
  return objection.empty();
}

}  // namespace

int train_forecast_command(const std::vector<std::string>& arguments) {
  const auto start = std::chrono::steady_clock::now();
  const auto request = parse_train_forecast(arguments);
  if (request.answer) {
    print_result(*request.answer);
    return 0;
  }
  TrainForecastOptions options = request.options;
  Console console(request.quiet);
  const auto warn = [&](const std::string& text) { console.warn(text); };

  const Compute compute = apply_compute(options.compute, options.model.cell);
  RunFolder folder(options.out,
                   if_exists(options.overwrite, request.find_learning_rate, options.checkpoint));
  if (is_finished(folder, options.checkpoint, request.report, console)) return 0;
  InitialWeights initial_weights(options.initial_weights, Task::forecast);

  options.model.reconstruction = options.reconstruction_weight > 0.0;
  ForecastData data = read_forecast_data(options, warn);
  const auto& settings = data.settings;
  console.note(describe_windows(data));
  auto description = describe_data(options, data);
  const uint64_t seed = seed_for(options.seed, SeedUse::batches);
  WindowBatches train(data.rows, settings, std::move(data.train), options.batch_size,
                      BatchOrder::shuffled, seed, compute.device);
  WindowBatches valid(data.rows, settings, std::move(data.valid), options.batch_size,
                      BatchOrder::sorted, seed, compute.device);

  options.fit = resolve_epochs(options.fit, kForecastEpochs, train.start_epoch(1));
  options.fit.seed = seed_for(options.seed, SeedUse::steps);
  Forecaster model(settings.model);
  initialize_parameters(*model, options.initialization,
                        make_generator(at::kCPU, seed_for(options.seed, SeedUse::initialization)));
  set_scaling(model->feature_scaling(), settings.feature_scaling);
  set_scaling(model->target_scaling(), settings.target_scaling);
  initial_weights.load_into(*model, new_parts(initial_weights.run(), settings, warn), console);
  initial_weights.describe(description);
  ForecastObjective objective(model, options.loss, settings.quantiles, compute.device, compute.type,
                              options.reconstruction_weight);

  const bool has_linear_part = takes_autoregression(options, data, console);
  std::function<std::optional<LateAddition>()> after_fit;
  if (has_linear_part) {
    after_fit = [&] { return add_linear_part(model, objective, settings, train, valid, console); };
  }
  folder.add_file(kConfigFile, request.config_text);
  const TrainingPlan plan{
      .optimizer = options.optimizer,
      .fit = options.fit,
      .checkpoints = options.checkpoint,
      .diagnosis = options.diagnosis,
      .compute = compute,
      .find_learning_rate = request.find_learning_rate,
      .report = request.report,
      .limits = request.limits,
      .after_fit = std::move(after_fit),
      .late_bytes = has_linear_part ? static_cast<double>(numbers_in_linear_part(settings.model)) *
                                          sizeof(float)
                                    : 0.0,
      .answers = [&] { return forecast_answers(folder.path(), options, !data.test.empty()); }};
  return run_training(
      objective, train, valid, plan,
      {.task = enum_name(Task::forecast), .settings = to_json(settings), .data = description},
      folder, console, start);
}

}  // namespace mnemo
