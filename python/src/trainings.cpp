// Trainings, and what they can be told.
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mnemo/settings.h"
#include "mnemo/training.h"
#include "python/src/bindings.h"
#include "python/src/listener.h"
#include "python/src/rows.h"

namespace mnemo::python {
namespace {

using Settings = std::map<std::string, std::string>;
using Path = std::filesystem::path;
using Config = std::optional<Path>;  // a file of settings

const char* name_of(SettingKind kind) {
  switch (kind) {
    case SettingKind::flag:
      return "flag";
    case SettingKind::integer:
      return "integer";
    case SettingKind::number:
      return "number";
    case SettingKind::text:
      return "text";
    case SettingKind::list:
      return "list";
  }
  throw Error("unhandled kind of setting");
}

const char* name_of(TrainingEnd end) {
  switch (end) {
    case TrainingEnd::finished:
      return "finished";
    case TrainingEnd::stopped_early:
      return "stopped_early";
    case TrainingEnd::stopped:
      return "stopped";
    case TrainingEnd::paused:
      return "paused";
  }
  throw Error("unhandled end of training");
}

nb::dict to_dict(const TrainingResult& result, const Listener& listener) {
  nb::dict told;
  told["end"] = name_of(result.end);
  told["is_interrupted"] = listener.is_interrupted();
  told["best_epoch"] = result.best_epoch;
  nb::dict metrics;
  for (const auto& [name, value] : result.metrics) metrics[to_str(name)] = value;
  told["metrics"] = metrics;
  return told;
}

// Calls `train` with options that tell the listener. What the listener raised is raised here,
// whether the training ended well or not.
template <typename Train>
nb::dict train_and_tell(const Settings& settings, const Config& config, const nb::object& listener,
                        const Train& train) {
  Listener heard(listener);
  const TrainingOptions options{.settings = settings,
                                .config = config.value_or(Path()),
                                .reporter = &heard,
                                .should_stop = [&heard] { return heard.should_stop(); }};
  TrainingResult result;
  try {
    result = without_lock([&] { return train(options); });
  } catch (const Error&) {
    heard.raise_what_was_raised();
    throw;
  }
  heard.raise_what_was_raised();
  return to_dict(result, heard);
}

struct FileTraining {
  std::string_view task;
  TrainingResult (*train)(const Path& file, const Path& run, const TrainingOptions& options);
};

constexpr std::array kFileTrainings = {FileTraining{"text", train_text},
                                       FileTraining{"series", train_series},
                                       FileTraining{"forecast", train_forecaster}};

nb::dict train_file(const std::string& task, const Path& file, const Path& run,
                    const Settings& settings, const Config& config, const nb::object& listener) {
  const auto found = std::ranges::find(kFileTrainings, task, &FileTraining::task);
  if (found == kFileTrainings.end()) throw UsageError("no such task: " + task);
  return train_and_tell(settings, config, listener, [&](const TrainingOptions& options) {
    return found->train(file, run, options);
  });
}

TrainingTexts to_texts(std::vector<std::string> texts, std::vector<std::string> labels,
                       std::vector<std::vector<std::string>> label_lists,
                       std::vector<double> numbers) {
  return {.texts = std::move(texts),
          .labels = std::move(labels),
          .label_lists = std::move(label_lists),
          .numbers = std::move(numbers)};
}

TrainingSeries to_series(std::vector<std::string> features, const SeriesList& values,
                         std::vector<std::string> labels, const NumberTable& numbers) {
  TrainingSeries rows{.features = std::move(features), .values = {}, .labels = std::move(labels)};
  for (const auto& one : values) rows.values.emplace_back(one.data(), one.data() + one.size());
  const double* number = numbers.data();
  for (size_t row = 0; row < numbers.shape(0); ++row, number += numbers.shape(1)) {
    rows.numbers.emplace_back(number, number + numbers.shape(1));
  }
  return rows;
}

}  // namespace

Rows to_rows(std::vector<std::string> columns, const NumberTable& values,
             std::vector<std::string> times, std::vector<std::string> series,
             std::map<std::string, std::vector<std::string>> words) {
  return {.columns = std::move(columns),
          .values = {values.data(), values.data() + values.size()},
          .times = std::move(times),
          .series = std::move(series),
          .words = std::move(words)};
}

void define_trainings(nb::module_& module) {
  nb::class_<SettingInfo>(module, "SettingInfo")
      .def_ro("name", &SettingInfo::name)
      .def_ro("group", &SettingInfo::group)
      .def_ro("help", &SettingInfo::help)
      .def_ro("default_value", &SettingInfo::default_value)
      .def_prop_ro("kind", [](const SettingInfo& info) { return name_of(info.kind); });
  module.def("training_settings", &training_settings, nb::arg("task"), nb::arg("preset"));

  nb::class_<TrainingTexts>(module, "TrainingTexts")
      .def_static("make", &to_texts, nb::arg("texts"), nb::arg("labels"), nb::arg("label_lists"),
                  nb::arg("numbers"));
  nb::class_<TrainingSeries>(module, "TrainingSeries")
      .def_static("make", &to_series, nb::arg("features"), nb::arg("values"), nb::arg("labels"),
                  nb::arg("numbers"));
  nb::class_<Rows>(module, "Rows")
      .def_static("make", &to_rows, nb::arg("columns"), nb::arg("values"), nb::arg("times"),
                  nb::arg("series"), nb::arg("words"));

  module.def("train_file", &train_file, nb::arg("task"), nb::arg("file"), nb::arg("run"),
             nb::arg("settings"), nb::arg("config").none(), nb::arg("listener"));
  module.def(
      "train_text",
      [](const TrainingTexts& rows, const TrainingTexts& valid, const Path& run,
         const Settings& settings, const Config& config, const nb::object& listener) {
        return train_and_tell(settings, config, listener, [&](const TrainingOptions& options) {
          return train_text(rows, run, options, valid);
        });
      },
      nb::arg("rows"), nb::arg("valid"), nb::arg("run"), nb::arg("settings"),
      nb::arg("config").none(), nb::arg("listener"));
  module.def(
      "train_series",
      [](const TrainingSeries& rows, const TrainingSeries& valid, const Path& run,
         const Settings& settings, const Config& config, const nb::object& listener) {
        return train_and_tell(settings, config, listener, [&](const TrainingOptions& options) {
          return train_series(rows, run, options, valid);
        });
      },
      nb::arg("rows"), nb::arg("valid"), nb::arg("run"), nb::arg("settings"),
      nb::arg("config").none(), nb::arg("listener"));
  module.def(
      "train_forecaster",
      [](const Rows& rows, const Path& run, const Settings& settings, const Config& config,
         const nb::object& listener) {
        return train_and_tell(settings, config, listener, [&](const TrainingOptions& options) {
          return train_forecaster(rows, run, options);
        });
      },
      nb::arg("rows"), nb::arg("run"), nb::arg("settings"), nb::arg("config").none(),
      nb::arg("listener"));
}

}  // namespace mnemo::python
