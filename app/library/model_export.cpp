#include "app/library/model_export.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "app/library/task_library.h"
#include "app/settings/enum_tables.h"
#include "app/settings/model_scaling.h"
#include "app/tasks/forecast/forecast_settings.h"
#include "app/tasks/series/series_settings.h"
#include "app/tasks/text/text_settings.h"
#include "common/files.h"
#include "mnemo/error.h"
#include "models/export/forecaster_export.h"
#include "models/export/series_model_export.h"
#include "models/export/text_classifier_export.h"

namespace mnemo {
namespace {

// The settings that go along in the file, so that mnemo can use it as it uses a run.
std::string sealed_settings(const StoredModel& run, nlohmann::json settings) {
  settings["task"] = enum_name(run.task);
  const auto hash = "/data/train_file_sha256"_json_pointer;
  settings[hash] = run.meta.at(hash);
  settings["seen_rows"] = run.meta.value("seen_rows", std::string());
  return seal_meta(settings);
}

ForecastUnits units_of(const ForecastSettings& settings) {
  const auto features = scaling_columns(settings.feature_scaling, settings.model.features);
  const auto targets = scaling_columns(settings.target_scaling, settings.model.targets());
  return {.feature_offset = features.offset,
          .feature_scale = features.scale,
          .target_offset = targets.offset,
          .target_scale = targets.scale};
}

}  // namespace

std::string export_text(const StoredModel& run) {
  const auto settings = text_settings_from_json(run.settings, run.path.string());
  TextClassifier model(settings.model);
  load_weights(run, *model);
  return export_text_classifier(model,
                                {{kExportSettingsFile, sealed_settings(run, to_json(settings))},
                                 {kTokenizerFile, run.tokenizer()}});
}

std::string export_series(const StoredModel& run) {
  const auto settings = series_settings_from_json(run.settings, run.path.string());
  SeriesModule model(settings.model);
  load_weights(run, *model);
  return export_series_model(model, settings.answer(),
                             {{kExportSettingsFile, sealed_settings(run, to_json(settings))}});
}

std::string export_forecast(const StoredModel& run) {
  const auto settings = forecast_settings_from_json(run.settings, run.path.string());
  ForecasterModule model(settings.model);
  load_weights(run, *model);
  return export_forecaster(model, units_of(settings),
                           {{kExportSettingsFile, sealed_settings(run, to_json(settings))}});
}

void require_export_target(const ExportTarget& target) {
  namespace fs = std::filesystem;
  const std::string run = target.run.string(), out = target.option + target.out.string();
  const auto ending = target.out.extension();
  if (ending == ".onnx" || ending == ".pt2") {
    throw UsageError(
        fmt::format("{}: exports are TorchScript, in a .pt file; "
                    "scripts/reference/export_{}.py makes this format of a run",
                    out, ending.string().substr(1)));
  }
  if (!fs::exists(target.run)) throw Error(fmt::format("{}: no such run folder", run));
  if (!fs::is_directory(target.run)) {
    throw Error(
        fmt::format("{}: not a run folder; export takes a run, not an exported model", run));
  }
  if (fs::is_directory(target.out)) throw Error(fmt::format("{}: this is a folder", out));
  if (fs::exists(target.out) && !fs::is_regular_file(target.out)) {
    throw Error(fmt::format("{}: this is no ordinary file; name another", out));
  }
  if (fs::exists(target.out) && !target.overwrite) {
    throw Error(fmt::format("{}: the file exists; {}", out, target.remedy));
  }
  require_writable(target.out.has_parent_path() ? target.out.parent_path() : fs::path("."));
}

std::string exported_bytes(const StoredModel& run) { return library_of(run.task).export_run(run); }

}  // namespace mnemo
