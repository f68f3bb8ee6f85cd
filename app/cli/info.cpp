// mnemo info: what a run folder or an exported model is.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/option_table.h"
#include "app/runs/stored_model.h"
#include "app/settings/enum_tables.h"
#include "app/settings/forecast_enum_tables.h"
#include "app/tasks/forecast/forecast_settings.h"
#include "app/tasks/language/language_settings.h"
#include "app/tasks/series/series_settings.h"
#include "app/tasks/text/text_settings.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// What a Transformer has beside what cells have.
std::string transformer_parts(Cell cell, const TransformerOptions& options) {
  if (cell != Cell::transformer) return {};
  return fmt::format(" ({} heads, feed-forward {}, {} positions)", options.heads,
                     options.feedforward_size == 0 ? std::string("4 times that")
                                                   : fmt::format("{}", options.feedforward_size),
                     enum_name(options.positions));
}

std::string describe_text(const StoredModel& stored) {
  const auto settings = text_settings_from_json(stored.settings, stored.path.string());
  const auto& model = settings.model;
  return fmt::format(
      "labels     {}\n"
      "model      embedding {} x {}, {} {}{} of {}{}, pooling {}, {} logit{}\n"
      "{}"
      "texts      at most {} pieces, of longer ones stays: {}\n",
      fmt::join(settings.labels.names(), ", "), model.vocab_size, model.embedding_dim,
      model.encoder.layers, model.encoder.bidirectional ? "bidirectional " : "",
      enum_name(model.encoder.cell), model.encoder.hidden_size,
      transformer_parts(model.encoder.cell, model.transformer),
      stored.settings.at("model").at("pooling").dump(), model.logits(),
      model.logits() == 1 ? "" : "s",
      model.ngrams == 0 ? std::string()
                        : fmt::format("n-grams    {} of 1 to {} pieces, beside the above\n",
                                      model.ngram_count, model.ngrams),
      settings.limit.max_length, enum_name(settings.limit.truncate));
}

std::string describe_forecast(const StoredModel& stored) {
  const auto settings = forecast_settings_from_json(stored.settings, stored.path.string());
  const auto& model = settings.model;
  const std::string shape =
      model.model == ForecastModel::segments
          ? fmt::format("{} {} of {}, segments of {} rows", model.layers, enum_name(model.cell),
                        model.hidden_size, model.segment)
          : fmt::format("{} of {}", enum_name(model.cell),
                        fmt::join(model.hidden_sizes, ", then "));
  std::string text = fmt::format(
      "targets    {}\nfeatures   {}{}\nmodel      {}{}, normalization {}\n"
      "{}window     {} rows in, {} out{}\nseason     {}\n",
      fmt::join(settings.targets, ", "), fmt::join(settings.features, ", "),
      settings.calendar.empty() ? "" : ", calendar", shape,
      transformer_parts(model.cell, model.transformer), enum_name(model.normalization),
      model.autoregression > 0
          ? fmt::format("linear     autoregression of {} rows, beside the above\n",
                        model.autoregression)
          : std::string(),
      model.lookback, model.horizon,
      settings.step == TimeStep{} ? "" : fmt::format(", {} apart", to_text(settings.step)),
      settings.season > 1 ? fmt::format("{} rows", settings.season) : "none");
  if (!settings.quantiles.empty()) {
    text += fmt::format("quantiles  {}\n", fmt::join(settings.quantiles, ", "));
  }
  return text;
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
                              enum_name(model.norm.kind), linear);
}

std::string describe_pretrained(const StoredModel& stored) {
  const auto model = language_model_from_json(stored.settings, stored.path.string());
  return fmt::format(
      "model      language model, {}{} of {}, embedding of {}, {} pieces; begin a classifier with "
      "it: mnemo train text --init-from\n",
      model.encoder.bidirectional ? "bidirectional " : "", enum_name(model.encoder.cell),
      model.encoder.hidden_size, model.embedding_dim, model.vocab_size);
}

std::string describe(const StoredModel& stored) {
  if (stored.is_pretrained) return describe_pretrained(stored);
  switch (stored.task) {
    case Task::text:
      return describe_text(stored);
    case Task::series:
      return describe_series(stored);
    case Task::forecast:
      return describe_forecast(stored);
  }
  throw Error("unhandled task");
}

std::string to_text(const StoredModel& stored) {
  std::string text = fmt::format("{}: {}, task {}, made by mnemo {}\n", stored.path.string(),
                                 stored.is_run() ? "run folder" : "exported model (TorchScript)",
                                 stored.is_pretrained ? kPretrainedText : enum_name(stored.task),
                                 stored.meta.value("mnemo_version", "unknown"));
  text += describe(stored);
  if (stored.meta.contains("status")) {
    text += fmt::format("training   {}", stored.meta.at("status").get<std::string>());
    if (stored.meta.contains("result")) {
      const auto& result = stored.meta.at("result");
      text += fmt::format(", best epoch {}", result.at("best_epoch").get<int64_t>());
      for (const char* metric : {"accuracy", "mse", "bits"}) {
        const std::string key = fmt::format("valid_{}", metric);
        if (!result.contains(key)) continue;
        text += fmt::format(", validation {} {:.4f}", metric, result.at(key).get<double>());
      }
    }
    text += fmt::format("\ndata       {}\n", stored.meta.at("data").dump());
  }
  return text;
}

}  // namespace

int info_command(const std::vector<std::string>& arguments) {
  std::string path;
  bool json = false;
  OptionTable table("mnemo info RUN|MODEL [--json]", "Tells what a run or an exported model is.");
  table.positional("model", path, "run folder or exported model");
  table.group("Output");
  table.flag("json", json, "one JSON object: all that is stored");
  if (!table.parse(arguments)) {
    print_result(table.help());
    return 0;
  }
  if (path.empty()) throw UsageError("name a run folder or an exported model");
  const auto stored = open_stored(path);
  print_result(json ? stored.meta.dump(2) + "\n" : to_text(stored));
  return 0;
}

}  // namespace mnemo
