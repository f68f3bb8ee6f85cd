// mnemo train forecast: from a table of numbers to a run folder.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "app/cli/commands.h"
#include "app/cli/train_forecast_table.h"
#include "app/cli/training_answers.h"
#include "app/cli/training_run.h"
#include "app/inference/model_scaling.h"
#include "app/seeds.h"
#include "app/training/autoregression.h"
#include "app/training/forecast_data.h"
#include "app/training/forecast_objective.h"
#include "app/training/new_parts.h"

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

// Each target's own past must be in sight.
bool can_regress(const ForecasterOptions& model) {
  return std::ranges::find(model.target_columns, -1) == model.target_columns.end();
}

// The windows of the autoregression: batches of their own, in order of time.
struct LinearWindows {
  WindowBatches fit, mix;
};

LinearWindows linear_windows(const ForecastData& data, const AutoregressionOptions& options,
                             const Compute& compute) {
  constexpr int64_t kWindows = 64;  // a batch
  const auto& model = data.settings.model;
  const auto windows = [&](const std::vector<int64_t>& origins, int64_t most) {
    return WindowBatches(data.rows, data.settings, thinned(origins, most), kWindows,
                         BatchOrder::sorted, /*seed=*/0, compute.device);
  };
  return {.fit = windows(data.train, options.most_samples / model.targets()),
          .mix = windows(data.valid, options.most_held_out / (model.targets() * model.horizon))};
}

double bytes_of_linear_part(const ForecasterOptions& model) {
  return static_cast<double>((model.lookback + 1) * model.horizon) * sizeof(float);
}

// With --autoregression, once the layers have learnt.
LateAddition add_linear_part(Forecaster& model, ForecastObjective& objective,
                             ForecastSettings settings, const AutoregressionWindows& windows,
                             Console& console) {
  const auto added = add_autoregression(model, objective, windows, {}, console);
  settings.model = model->options();
  return {.settings = to_json(settings), .result = to_json(added), .valid = added.valid};
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
  LinearWindows linear = linear_windows(data, {}, compute);
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

  const AutoregressionWindows windows{.fit = &linear.fit,
                                      .mix = data.valid_rows > 0 ? &linear.mix : nullptr,
                                      .valid = &valid,
                                      .horizons = static_cast<double>(data.valid_rows) /
                                                  static_cast<double>(settings.model.horizon)};
  if (options.autoregression && !can_regress(settings.model)) {
    console.note("--features leaves a target out, so there is no autoregression of it");
    options.autoregression = false;
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
      .after_fit = [&]() -> std::optional<LateAddition> {
        if (!options.autoregression) return std::nullopt;
        return add_linear_part(model, objective, settings, windows, console);
      },
      .late_bytes = options.autoregression ? bytes_of_linear_part(settings.model) : 0.0,
      .answers = [&] { return forecast_answers(folder.path(), options, !data.test.empty()); }};
  return run_training(
      objective, train, valid, plan,
      {.task = enum_name(Task::forecast), .settings = to_json(settings), .data = description},
      folder, console, start);
}

}  // namespace mnemo
