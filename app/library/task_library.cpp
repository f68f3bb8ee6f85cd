#include "app/library/task_library.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "app/library/file_reading.h"
#include "app/library/model_export.h"
#include "app/tasks/forecast/import_forecast.h"
#include "app/tasks/forecast/train_forecast_options.h"
#include "app/tasks/frame/resolve_settings.h"
#include "app/tasks/language/pretrain_text_options.h"
#include "app/tasks/series/import_series.h"
#include "app/tasks/series/train_series_options.h"
#include "app/tasks/text/import_text.h"
#include "app/tasks/text/train_text_options.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

SettingKind kind_of(OptionKind kind) {
  switch (kind) {
    case OptionKind::flag:
      return SettingKind::flag;
    case OptionKind::integer:
      return SettingKind::integer;
    case OptionKind::number:
      return SettingKind::number;
    case OptionKind::text:
      return SettingKind::text;
    case OptionKind::list:
      return SettingKind::list;
  }
  throw Error("unhandled kind of setting");
}

constexpr const char* kUsualPreset = "default";

template <typename Options>
std::vector<SettingInfo> settings_of(const std::string& preset) {
  Options named;
  if constexpr (requires { named.preset; }) {
    assign_settings(named, {{"preset", preset}});
  } else if (preset != kUsualPreset) {
    throw SettingError("preset", preset + ": this training has none", "leave it out");
  }
  Options options = starting_options(named);
  OptionSet set;
  describe(set, options);
  std::vector<SettingInfo> settings;
  for (const auto& group : set.groups()) {
    for (const auto& option : group.options) {
      settings.push_back({.name = option.name,
                          .group = group.title,
                          .help = option.help,
                          .default_value = option.default_value,
                          .kind = kind_of(option.kind)});
    }
  }
  return settings;
}

}  // namespace

const TaskLibrary& library_of(Task task) {
  static constexpr std::array kRows = {TaskLibrary{.task = Task::text,
                                                   .class_name = "mnemo::Classifier",
                                                   .require_reading = require_text_reading,
                                                   .evaluate = evaluate_text,
                                                   .export_run = export_text,
                                                   .import_model = import_text,
                                                   .settings = settings_of<TrainTextOptions>},
                                       TaskLibrary{.task = Task::series,
                                                   .class_name = "mnemo::SeriesModel",
                                                   .require_reading = require_series_reading,
                                                   .evaluate = evaluate_series,
                                                   .export_run = export_series,
                                                   .import_model = import_series,
                                                   .settings = settings_of<TrainSeriesOptions>},
                                       TaskLibrary{.task = Task::forecast,
                                                   .class_name = "mnemo::Forecaster",
                                                   .require_reading = require_table_reading,
                                                   .evaluate = evaluate_forecast,
                                                   .evaluates_windows = true,
                                                   .export_run = export_forecast,
                                                   .import_model = import_forecast,
                                                   .settings = settings_of<TrainForecastOptions>},
                                       TaskLibrary{.task = Task::language,
                                                   .class_name = nullptr,
                                                   .require_reading = require_no_reading,
                                                   .evaluate = nullptr,
                                                   .export_run = nullptr,
                                                   .import_model = nullptr,
                                                   .settings = settings_of<PretrainTextOptions>}};
  return row_of(kRows, task);
}

Task answering_task(const std::string& name) {
  const auto task = enum_from_name<Task>(name);
  if (task && gives_answers(*task)) return *task;
  auto names = enum_names<Task>();
  std::erase_if(names, [](const auto& one) { return !gives_answers(*enum_from_name<Task>(one)); });
  throw SettingError("task", fmt::format("{}: expected one of {}", name, fmt::join(names, ", ")));
}

}  // namespace mnemo
