// The commands for forecasters.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "app/cli/model_words.h"
#include "app/cli/task_commands.h"
#include "app/settings/forecast_enum_tables.h"
#include "app/tasks/forecast/forecast_settings.h"
#include "app/tasks/forecast/forecast_trainer.h"
#include "app/tasks/forecast/train_forecast_options.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr CommandSynopsis kForecastSynopsis = {
    "mnemo train forecast --train FILE --out RUN [options]",
    "Trains a forecaster of time series and keeps the best weights in the folder RUN."};

Settings held_out_table_rows(const Settings& base) {
  const auto& rows = base.at("split-rows");
  const auto& last = base.at("split-last");
  if (rows.empty() && last.empty()) {
    return base.at("valid-share") == "0" ? Settings{{"valid-share", "0.1"}} : Settings{};
  }
  if (rows.find(",0,") == std::string::npos && !last.starts_with("0,")) return {};
  throw UsageError(
      fmt::format("--split-{}: without rows to validate on there is nothing to choose by, and the "
                  "test part must not be it",
                  rows.empty() ? "last " + last : "rows " + rows));
}

std::string describe_layers(const ForecasterOptions& model) {
  if (model.model == ForecastModel::stacked) {
    return fmt::format("{} of {}", enum_name(model.cell), fmt::join(model.hidden_sizes, ", then "));
  }
  const auto layers =
      fmt::format("{} {} of {}", model.layers, enum_name(model.cell), model.hidden_size);
  return model.model == ForecastModel::segments
             ? fmt::format("{}, segments of {} rows", layers, model.segment)
             : layers + ", and as many that decode";
}

// "promo, holidays of AU"
std::vector<std::string> known_of(const ForecastSettings& settings) {
  auto known = settings.known;
  for (const auto& place : settings.holidays) known.push_back("holidays of " + place.place);
  return known;
}

std::string describe_forecast(const StoredModel& stored) {
  const auto settings = forecast_settings_from_json(stored.settings, stored.path.string());
  const auto& model = settings.model;
  const std::string shape = describe_layers(model);
  std::string text = fmt::format(
      "targets    {}\nfeatures   {}{}\n{}model      {}{}, normalization {}\n"
      "{}window     {} rows in, {} out{}\nseason     {}\n",
      fmt::join(settings.targets, ", "), fmt::join(settings.features, ", "),
      settings.calendar.empty() ? "" : ", calendar",
      knows_ahead(settings) ? fmt::format("known      {}\n", fmt::join(known_of(settings), ", "))
                            : std::string(),
      shape, transformer_parts(model.cell, model.transformer), enum_name(model.normalization),
      model.autoregression > 0
          ? fmt::format("linear     autoregression of {} rows, beside the above\n",
                        model.autoregression)
          : std::string(),
      model.lookback, model.horizon,
      settings.step == TimeStep{} ? "" : fmt::format(", {} apart", to_text(settings.step)),
      settings.season > 1 ? fmt::format("{} rows", settings.season) : "none");
  if (model.window_scaling != WindowScaling::none) {
    text += fmt::format("scaling    {}, each series by the rows it is forecast from\n",
                        enum_name(model.window_scaling));
  }
  if (const auto result = stored.meta.value("result", nlohmann::json::object());
      result.contains("refit")) {
    const auto& refit = result.at("refit");
    text += fmt::format("refit      on {} windows, of all rows but the test part, for {} epochs\n",
                        refit.value("windows", 0), refit.value("epochs", 0));
  }
  if (!settings.quantiles.empty()) {
    text += fmt::format("quantiles  {}\n", fmt::join(settings.quantiles, ", "));
  }
  return text;
}

}  // namespace

TaskCommands forecast_commands() {
  return {.task = Task::forecast,
          .purpose = "forecast time series",
          .in_overview =
              "  train forecast   train a forecaster             "
              "mnemo train forecast --train load.csv --out runs/load\n",
          .training = training_commands<TrainForecastOptions, kForecastSynopsis>(),
          .held_out_rows = held_out_table_rows,
          .predict = predict_forecast,
          .explain = explain_forecast,
          .describe = describe_forecast};
}

}  // namespace mnemo
