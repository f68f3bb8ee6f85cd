#include "app/tasks/forecast/forecast_trainer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "app/runs/run_folder.h"
#include "app/settings/model_scaling.h"
#include "app/support/seeds.h"
#include "app/tasks/forecast/autoregression.h"
#include "app/tasks/forecast/calibration.h"
#include "app/tasks/forecast/forecast_answers.h"
#include "app/tasks/forecast/forecast_data.h"
#include "app/tasks/forecast/forecast_new_parts.h"
#include "app/tasks/forecast/forecast_objective.h"
#include "app/tasks/forecast/refit_layers.h"
#include "app/tasks/frame/training_files.h"
#include "app/tasks/start/start_model.h"
#include "common/files.h"
#include "datasets/message_text.h"

namespace mnemo {
namespace {

nlohmann::json describe_table(const TrainForecastOptions& options, const ForecastData& data) {
  auto description =
      describe_files({.train = options.train_file, .train_sha256 = data.table.sha256});
  description["train_rows"] = data.train_rows;
  description["valid_rows"] = data.valid_rows;
  description["test_rows"] = data.test_rows;
  description["train_windows"] = std::ssize(data.train);
  description["valid_windows"] = std::ssize(data.valid);
  return description;
}

std::string describe_windows(const ForecastData& data) {
  const auto& [settings, model] = std::pair(data.settings, data.settings.model);
  const std::string valid = data.valid_rows == 0
                                ? fmt::format("{} of the test part to look at", data.valid.size())
                                : fmt::format("{} for validation", data.valid.size());
  return fmt::format(
      "{}{}, {}; {} of {} in, {} of {} out; season {}",
      counted(std::ssize(data.train), "training window"),
      model.window_scaling == WindowScaling::none ? "" : ", each scaled by its own rows", valid,
      counted(model.lookback, "row"), fmt::join(settings.features, ", "),
      counted(model.horizon, "row"), fmt::join(settings.targets, ", "),
      settings.season > 1 ? fmt::format("{} rows", settings.season) : std::string("none"));
}

int64_t numbers_in_linear_part(const ForecasterOptions& model) {
  return (autoregression_rows(model) + 1) * model.horizon;
}

// True when one is asked for and possible; says why not.
bool takes_autoregression(const TrainForecastOptions& options, const ForecastData& data,
                          Reporter& reporter) {
  if (!options.autoregression) return false;
  const auto objection = objection_to_autoregression(data.settings.model, options.quantiles,
                                                     /*holds_out=*/data.valid_rows > 0);
  if (!objection.empty()) reporter.note(fmt::format("no autoregression, since {}", objection));
  return objection.empty();
}

class ForecastTrainer : public Trainer {
 public:
  // Its parts. `options` holds what the data have settled, too.
  struct Made {
    TrainForecastOptions options;
    ForecastSettings settings;
    WindowBatches train, valid;
    NumberTable table;                         // of the whole file, as ForecastData has it
    std::shared_ptr<const ForecastRows> rows;  // likewise
    bool has_test_part = false;
    bool has_autoregression = false;
    bool calibrates = false;
    // These are of a training with a refit: all windows but the test part's, and the first weights.
    std::optional<WindowBatches> all = {};
    NamedTensors start = {};
    ForecasterModule model;
    RunDescription description;
  };

  ForecastTrainer(Made made, const Compute& compute, Reporter& reporter)
      : made_(std::move(made)),
        reporter_(reporter),
        compute_(compute),
        objective_(objective_of(made_.model)) {}

  Objective& objective() override { return objective_; }
  BatchSource& train() override { return made_.train; }
  BatchSource& valid() override { return made_.valid; }
  const FitOptions& fit() const override { return made_.options.fit; }
  const RunDescription& description() const override { return made_.description; }

  bool has_late_part() const override {
    return made_.has_autoregression || made_.calibrates || made_.all;
  }
  double late_bytes() const override {
    if (!made_.has_autoregression) return 0.0;
    return static_cast<double>(numbers_in_linear_part(made_.settings.model)) * sizeof(float);
  }
  // Autoregression, calibration, and the refit of the layers.
  std::optional<LateAddition> train_late_part(const FitResult& fit,
                                              const FitUntilStopped& until_stopped) override;
  nlohmann::json answers(const std::filesystem::path& run) override {
    return forecast_answers(run, made_.options, made_.table, *made_.rows, made_.has_test_part);
  }

 private:
  ForecastObjective objective_of(const ForecasterModule& model) const {
    return {model,           made_.options.loss, made_.settings.quantiles,
            compute_.device, compute_.type,      made_.options.reconstruction_weight};
  }
  bool refit(const FitResult& fit, const FitUntilStopped& until_stopped, LateAddition& addition);

  Made made_;
  Reporter& reporter_;
  Compute compute_;
  ForecastObjective objective_;
};

// The parts that are there keep what the rows held out have told, and so do the figures.
bool ForecastTrainer::refit(const FitResult& fit, const FitUntilStopped& until_stopped,
                            LateAddition& addition) {
  if (!made_.all || fit.end == FitEnd::paused) return false;
  const auto result = refit_layers(
      made_.model,
      {.settings = made_.settings,
       .start = made_.start,
       .optimizer = made_.options.optimizer,
       .fit = made_.options.fit,
       .until_stopped = until_stopped},
      fit.best_epoch, *made_.all,
      [this](const ForecasterModule& model) { return objective_of(model); }, reporter_);
  if (result) addition.result.update(to_json(*result));
  return result.has_value();
}

std::optional<LateAddition> ForecastTrainer::train_late_part(const FitResult& fit,
                                                             const FitUntilStopped& until_stopped) {
  LateAddition addition{
      .settings = {}, .result = nlohmann::json::object(), .valid = fit.best_valid};
  const bool by_window = made_.settings.model.window_scaling != WindowScaling::none;
  const AutoregressionOptions linear = {.season = by_window ? made_.settings.season : 0,
                                        .half_life = by_window ? kHalfLife : 0.0};
  std::optional<AutoregressionResult> added;
  bool is_any = false;
  if (made_.has_autoregression) {
    added =
        add_autoregression(made_.model, objective_, made_.train, made_.valid, linear, reporter_);
    if (added) {
      is_any = true;
      addition.result.update(to_json(*added));
      addition.valid = added->valid;
      addition.parameters = numbers_in_linear_part(made_.settings.model);
    }
  }
  if (made_.calibrates) {
    const auto found =
        calibrate_quantiles(made_.model, objective_, made_.settings.quantiles, made_.valid);
    if (found) {
      is_any = true;
      addition.result.update(to_json(*found));
      addition.valid = found->valid;
      addition.parameters += made_.settings.model.horizon * made_.settings.model.quantiles;
      reporter_.note(
          fmt::format("quantiles calibrated on {} windows held out; validation loss {:.4f}",
                      found->windows, found->valid.mean_loss()));
    }
  }
  is_any = refit(fit, until_stopped, addition) || is_any;
  if (!is_any) return std::nullopt;
  if (added && by_window) {
    addition.result["autoregression"]["refitted_windows"] =
        refit_autoregression(made_.model, made_.train, made_.valid, added->penalty, linear);
  }
  ForecastSettings settings = made_.settings;
  settings.model = made_.model->options();
  addition.settings = to_json(settings);
  return addition;
}

// Takes over what the run was to choose by itself; nothing where it has kept no weights so far.
void take_over(const std::filesystem::path& run, TrainForecastOptions& options) {
  const auto path = run / kMetaFile;
  if (!std::filesystem::exists(path)) return;
  const auto meta = parse_meta(read_file(path), path.string());
  if (!meta.contains("settings")) return;
  const auto settings = forecast_settings_from_json(meta.at("settings"), path.string());
  options.resumed =
      ResumedForecast{.season = settings.season, .window_scaling = settings.model.window_scaling};
  const auto& model = settings.model;
  if (options.model.lookback == 0) options.model.lookback = model.lookback;
  if (options.model.horizon == 0) options.model.horizon = model.horizon;
  if (options.model.segment == 0) options.model.segment = model.segment;
}

NamedTensors copy_of(const torch::nn::Module& model) {
  auto tensors = named_tensors(model);
  for (auto& [name, tensor] : tensors) tensor = tensor.detach().clone();
  return tensors;
}

// Makes the model as the training starts with it; notes in `description` what that is from.
ForecasterModule started_model(const TrainForecastOptions& options,
                               const ForecastSettings& settings, InitialWeights& initial_weights,
                               Reporter& reporter, nlohmann::json& description) {
  ForecasterModule model(settings.model);
  set_scaling(model->feature_scaling(), settings.feature_scaling);
  set_scaling(model->target_scaling(), settings.target_scaling);
  start_model(*model,
              {.initialization = options.initialization,
               .seed = options.seed,
               .new_parts = new_parts(initial_weights.run(), settings, reporter.as_warn())},
              initial_weights, reporter, description);
  return model;
}

}  // namespace

std::unique_ptr<Trainer> make_trainer(TrainForecastOptions options, const Compute& compute,
                                      Reporter& reporter) {
  InitialWeights initial_weights(options.initial_weights, Task::forecast);
  options.model.reconstruction = options.reconstruction_weight > 0.0;
  if (options.checkpoint.resume) take_over(options.out, options);
  ForecastData data = read_forecast_data(options, reporter.as_warn());
  const auto& settings = data.settings;
  reporter.note(describe_windows(data));
  auto description = describe_table(options, data);
  const auto batches = [&](std::vector<int64_t>& origins, BatchOrder order) {
    return WindowBatches(data.rows, settings, std::move(origins), options.batch_size, order,
                         seed_for(options.seed, SeedUse::batches), compute.device);
  };
  auto train = batches(data.train, BatchOrder::shuffled);
  auto valid = batches(data.valid, BatchOrder::sorted);
  const bool decodes = settings.model.model == ForecastModel::decoder;
  options.fit =
      resolve_epochs(options.fit, decodes ? kDecoderEpochs : kForecastEpochs, train.start_epoch(1));
  options.fit.seed = seed_for(options.seed, SeedUse::steps);
  auto model = started_model(options, settings, initial_weights, reporter, description);
  const bool has_autoregression = takes_autoregression(options, data, reporter);
  std::optional<WindowBatches> all;
  if (options.refit) {
    auto origins = origins_before_test(data.table, settings);
    all = batches(origins, BatchOrder::shuffled);
  }
  const bool calibrates = options.calibrate && !options.quantiles.empty() && data.valid_rows > 0;
  const bool refits = options.refit;
  RunDescription run{
      .settings = to_json(settings), .data = std::move(description), .seen_rows = data.seen.text()};
  return std::make_unique<ForecastTrainer>(
      ForecastTrainer::Made{.options = std::move(options),
                            .settings = settings,
                            .train = std::move(train),
                            .valid = std::move(valid),
                            .table = std::move(data.table),
                            .rows = data.rows,
                            .has_test_part = !data.test.empty(),
                            .has_autoregression = has_autoregression,
                            .calibrates = calibrates,
                            .all = std::move(all),
                            .start = refits ? copy_of(*model) : NamedTensors(),
                            .model = std::move(model),
                            .description = std::move(run)},
      compute, reporter);
}

}  // namespace mnemo
