#include "app/tasks/series/series_trainer.h"

#include <fmt/format.h>

#include <utility>

#include "app/settings/model_scaling.h"
#include "app/support/seeds.h"
#include "app/tasks/frame/training_files.h"
#include "app/tasks/series/linear_part.h"
#include "app/tasks/series/series_answers.h"
#include "app/tasks/series/series_data.h"
#include "app/tasks/series/series_new_parts.h"
#include "app/tasks/series/series_objective.h"
#include "app/tasks/start/start_model.h"
#include "app/training/chance_loss.h"
#include "common/files.h"
#include "common/sha256.h"
#include "datasets/message_text.h"

namespace mnemo {
namespace {

nlohmann::json describe_series_files(const TrainSeriesOptions& options, const SeriesData& data) {
  auto description = describe_files({.train = options.train_file,
                                     .train_sha256 = data.train_sha256,
                                     .valid = options.valid_file,
                                     .valid_sha256 = data.valid_sha256});
  description["train_series"] = data.train.size();
  description["valid_series"] = data.holds_out ? data.valid.size() : 0;
  const auto add_labels = [&](const char* name, const std::string& file) {
    if (file.empty()) return;
    description[name] = file;
    if (data.train.data->format == SeriesFormat::npz) return;  // an array of the file itself
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
                                 ? counted(settings.labels.size(), "label")
                                 : counted(settings.model.outputs, "number") + " to find";
  return fmt::format("{} training series of {}, {}, {}", data.train.size(),
                     counted(std::ssize(settings.features), "feature"), valid, answer);
}

// This is settled before the model is made: whether it has a linear part, and of how many steps.
int64_t steps_of_linear_part(const TrainSeriesOptions& options, const SeriesData& data,
                             Reporter& reporter) {
  if (!options.linear) return 0;
  const auto objection = objection_to_linear_part(data.train, data.settings.model.outputs);
  if (objection.empty()) return common_steps(data.train);
  reporter.note(fmt::format("no linear part, since {}", objection));
  return 0;
}

int64_t numbers_of_linear_part(const SeriesModelOptions& model) {
  if (model.linear_steps == 0) return 0;
  return (model.linear_steps * model.features + 1) * model.outputs;
}

nlohmann::json fit_linear_part(SeriesModule& model, SeriesPart& train, TargetKind kind,
                               const ClassLoss& loss, Reporter& reporter) {
  const auto fit = add_linear_part(model, train, kind, loss);
  reporter.note(
      fmt::format("linear part of {} steps: loss {:.4f} on series left out of its fit, the layers "
                  "learn beside it",
                  model->options().linear_steps, fit.left_out_loss));
  return {{"strength", fit.strength}, {"left_out_loss", fit.left_out_loss}};
}

double chance_loss_of(const SeriesData& data) {
  if (data.settings.target_kind == TargetKind::number) {
    return chance_loss_of_numbers(data.train.targets, data.valid.targets);
  }
  return chance_loss_of_classes(data.train.targets, data.valid.targets,
                                data.settings.labels.size());
}

class SeriesTrainer : public Trainer {
 public:
  // Its parts. `options` holds what the data have settled, too.
  struct Made {
    TrainSeriesOptions options;
    SeriesData data;
    ClassLoss loss;
    SeriesModule model;
    RunDescription description;
  };

  SeriesTrainer(Made made, const Compute& compute)
      : made_(std::move(made)),
        train_(std::move(made_.data.train), made_.options.batch_size, made_.options.loss.order(),
               seed_for(made_.options.seed, SeedUse::batches), compute.device),
        valid_(made_.data.valid, made_.options.batch_size, BatchOrder::sorted,
               seed_for(made_.options.seed, SeedUse::batches), compute.device),
        objective_(made_.model, made_.data.settings.target_kind, made_.loss, compute.device,
                   compute.type, made_.options.aux_weight) {
    auto& fit = made_.options.fit;
    fit = resolve_epochs(fit, kSeriesEpochs, train_.start_epoch(1));
    fit.seed = seed_for(made_.options.seed, SeedUse::steps);
  }

  Objective& objective() override { return objective_; }
  BatchSource& train() override { return train_; }
  BatchSource& valid() override { return valid_; }
  const FitOptions& fit() const override { return made_.options.fit; }
  const RunDescription& description() const override { return made_.description; }
  nlohmann::json answers(const std::filesystem::path& run) override {
    return series_answers(run, made_.data.valid, made_.data.holds_out, made_.options.compute);
  }

 private:
  Made made_;
  SeriesBatches train_, valid_;
  SeriesObjective objective_;
};

// Makes the model as the training starts with it; notes in `description` what that is from.
SeriesModule started_model(const TrainSeriesOptions& options, const SeriesData& data,
                           InitialWeights& initial_weights, Reporter& reporter,
                           nlohmann::json& description) {
  SeriesModule model(data.settings.model);
  set_scaling(model->feature_scaling(), data.feature_scaling);
  set_scaling(model->target_scaling(), data.settings.target_scaling);
  start_model(*model,
              {.initialization = options.initialization,
               .seed = options.seed,
               .new_parts = new_parts(initial_weights.run(), data.settings, reporter.as_warn())},
              initial_weights, reporter, description);
  return model;
}

}  // namespace

std::unique_ptr<Trainer> make_trainer(TrainSeriesOptions options, const Compute& compute,
                                      Reporter& reporter) {
  InitialWeights initial_weights(options.initial_weights, Task::series);
  SeriesData data = read_series_data(options, reporter.as_warn());
  data.settings.model.linear_steps = steps_of_linear_part(options, data, reporter);
  const auto& settings = data.settings;
  reporter.note(describe_series(data));
  if (!data.holds_out) {  // the training series must choose nothing
    options.fit.keep = KeptWeights::last;
    options.fit.patience = 0;
  }
  auto description = describe_series_files(options, data);
  ClassLoss loss;
  if (settings.target_kind == TargetKind::label) {
    loss = make_class_loss(options.loss, data.train.targets, settings.labels.size());
  }
  auto model = started_model(options, data, initial_weights, reporter, description);
  RunDescription run{.settings = to_json(settings),
                     .data = std::move(description),
                     .fitted_parameters = numbers_of_linear_part(settings.model),
                     .seen_rows = data.seen.text(),
                     .chance_loss = chance_loss_of(data)};
  if (settings.model.linear_steps > 0) {
    run.fitted["linear_part"] =
        fit_linear_part(model, data.train, settings.target_kind, loss, reporter);
  }
  return std::make_unique<SeriesTrainer>(SeriesTrainer::Made{.options = std::move(options),
                                                             .data = std::move(data),
                                                             .loss = loss,
                                                             .model = std::move(model),
                                                             .description = std::move(run)},
                                         compute);
}

}  // namespace mnemo
