// The commands for models of numeric series.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "app/cli/model_words.h"
#include "app/cli/task_commands.h"
#include "app/tasks/series/series_settings.h"
#include "app/tasks/series/series_trainer.h"
#include "app/tasks/series/train_series_options.h"

namespace mnemo {
namespace {

constexpr CommandSynopsis kSeriesSynopsis = {
    "mnemo train series --train FILE --out RUN [options]",
    "Trains a classifier of numeric series, or a model that finds numbers for them, "
    "and keeps the best weights in the folder RUN."};

Settings held_out_series(const Settings& base) {
  const std::string share = base.at("valid-share");
  if (!base.at("valid").empty() || (share != "auto" && share != "0")) return {};
  return {{"valid-share", "0.2"}};
}

std::string describe_series(const StoredModel& stored) {
  const auto settings = series_settings_from_json(stored.settings, stored.path.string());
  const auto& model = settings.model;
  const std::string answer =
      settings.target_kind == TargetKind::label
          ? fmt::format("labels     {}\n", fmt::join(settings.labels.names(), ", "))
          : fmt::format("targets    {} number{}\n", model.outputs, model.outputs == 1 ? "" : "s");
  const std::string linear =
      model.linear_steps > 0
          ? fmt::format("linear     map of {} steps, beside the above\n", model.linear_steps)
          : std::string();
  return answer + fmt::format("features   {}\nmodel      {}{} of {}{}, pooling {}, norm {}\n{}",
                              fmt::join(settings.features, ", "),
                              model.encoder.bidirectional ? "bidirectional " : "",
                              enum_name(model.encoder.cell),
                              fmt::join(model.encoder.hidden_sizes, ", then "),
                              transformer_parts(model.encoder.cell, model.transformer),
                              stored.settings.at("model").at("pooling").dump(),
                              enum_name(model.norm), linear);
}

}  // namespace

TaskCommands series_commands() {
  return {.task = Task::series,
          .purpose = "classify numeric series, or find numbers for them",
          .in_overview =
              "  train series     ... of numeric series          "
              "mnemo train series --train motions.ts --out runs/motions\n",
          .training = training_commands<TrainSeriesOptions, kSeriesSynopsis>(),
          .held_out_rows = held_out_series,
          .predict = predict_series_of,
          .explain = explain_series,
          .describe = describe_series};
}

}  // namespace mnemo
