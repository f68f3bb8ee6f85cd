#include "mnemo/training.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "app/library/library_call.h"
#include "app/runs/run_folder.h"
#include "app/tasks/forecast/forecast_trainer.h"
#include "app/tasks/frame/frame.h"
#include "app/tasks/frame/resolve_settings.h"
#include "app/tasks/language/language_trainer.h"
#include "app/tasks/series/series_trainer.h"
#include "app/tasks/text/text_trainer.h"
#include "common/files.h"
#include "common/name_list.h"

namespace mnemo {
namespace {

// The library as the program that a training runs in.
class LibraryHost : public TrainingHost {
 public:
  LibraryHost(Reporter& reporter, const std::function<bool()>& should_stop)
      : reporter_(reporter), should_stop_(should_stop) {}

  Reporter& reporter() override { return reporter_; }
  void print(const std::string& result) override { reporter_.note(result); }
  FitResult fit_until_stopped(const Fit& fit) override {
    return fit([this] { return should_stop_ && should_stop_(); });
  }

 private:
  Reporter& reporter_;
  const std::function<bool()>& should_stop_;
};

TrainingEnd end_of(FitEnd end) {
  switch (end) {
    case FitEnd::finished:
      return TrainingEnd::finished;
    case FitEnd::stopped_early:
      return TrainingEnd::stopped_early;
    case FitEnd::interrupted:
      return TrainingEnd::stopped;
    case FitEnd::paused:
      return TrainingEnd::paused;
    case FitEnd::diverged:
      break;  // run_training() has thrown
  }
  throw Error("unhandled end of training");
}

TrainingResult result_in(const std::filesystem::path& run, const TrainingOutcome& outcome) {
  TrainingResult result{.run = run, .end = end_of(outcome.end), .metrics = {}};
  if (!outcome.keeps_weights) return result;  // what stands there is another training's
  const auto path = run / kMetaFile;
  const auto meta = parse_meta(read_file(path), path.string());
  const auto figures = meta.value("result", nlohmann::json::object());
  for (const auto& [name, value] : figures.items()) {
    if (name == "best_epoch") {
      result.best_epoch = value.get<int64_t>();
    } else if (value.is_number()) {
      result.metrics.push_back({.name = name, .value = value.get<double>()});
    }
  }
  return result;
}

// Names the data to train on, and those to validate on, if there are any of their own.
struct NamedData {
  std::string train;
  std::string valid = {};
  bool in_memory = false;
  const char* setting = "train";  // that names the former
};

void require_no_own(const TrainingOptions& options, const NamedData& data) {
  for (const char* name : {data.setting, "out"}) {
    if (!options.settings.contains(name)) continue;
    throw SettingError(name, "stands in the settings of a call that is given it", "leave it out");
  }
}

template <typename Options>
void require_no_file_settings(const TrainingOptions& given) {
  Options options;
  OptionSet set;
  describe(set, options);
  for (const auto& group : set.groups()) {
    for (const auto& option : group.options) {
      if (!option.marks.is_for_files || !given.settings.contains(option.name)) continue;
      throw SettingError(option.name, "is for files, and the rows are in memory", "leave it out");
    }
  }
}

// Warns of what a file of settings says of files, which rows in memory do without.
void tell_left_out(const ConfigFile& config, Reporter& reporter) {
  if (config.left_out == nullptr || config.left_out->empty()) return;
  reporter.warn(
      fmt::format("{}: the rows are in memory, so these settings of files are left out: "
                  "`{}`",
                  config.path.string(), fmt::join(*config.left_out, "`, `")));
}

// `point` points resolved options to rows in memory.
template <typename Options, typename Point>
TrainingResult train_by(const TrainingOptions& given, const NamedData& data,
                        const std::filesystem::path& run, const Point& point) {
  require_no_own(given, data);
  if (data.in_memory) require_no_file_settings<Options>(given);
  Settings settings = given.settings;
  settings["out"] = run.string();
  settings[data.setting] = data.train;
  if (!data.valid.empty()) settings["valid"] = data.valid;
  std::vector<std::string> left_out;
  const ConfigFile config{.path = given.config, .left_out = data.in_memory ? &left_out : nullptr};
  return library_call(resolve_threads(0), [&] {
    Options options;
    const std::string config_text = resolve_settings(
        options, [&](Options& described, const std::string& before, const std::string& place) {
          return ReadSettings<OptionSet>{
              assign_settings(described, settings, before, place, config)};
        });
    point(options);
    TrainingPlan plan = plan_of(options, config_text);
    plan.report = false;  // a page is the program's
    Reporter silent;
    Reporter& reporter = given.reporter != nullptr ? *given.reporter : silent;
    tell_left_out(config, reporter);
    LibraryHost host(reporter, given.should_stop);
    const CallerThreads of_training(resolve_threads(plan.compute.threads));
    return result_in(run, run_training_by(options, plan, host));
  });
}

// These stand in messages and in meta.json for a file.
constexpr const char* kRowsInMemory = "rows in memory";
constexpr const char* kValidRowsInMemory = "rows in memory to validate on";

std::string name_of(const void* valid_rows) {
  return valid_rows == nullptr ? "" : kValidRowsInMemory;
}

TrainingResult train_text(const std::string& file, const TrainingTexts* rows,
                          const TrainingTexts* valid, const std::filesystem::path& run,
                          const TrainingOptions& options) {
  const auto point = [&](TrainTextOptions& text) {
    text.train_rows = rows;
    text.valid_rows = valid;
  };
  return train_by<TrainTextOptions>(options, {file, name_of(valid), rows != nullptr}, run, point);
}

TrainingResult train_series(const std::string& file, const TrainingSeries* rows,
                            const TrainingSeries* valid, const std::filesystem::path& run,
                            const TrainingOptions& options) {
  const auto point = [&](TrainSeriesOptions& series) {
    series.train_rows = rows;
    series.valid_rows = valid;
  };
  return train_by<TrainSeriesOptions>(options, {file, name_of(valid), rows != nullptr}, run, point);
}

TrainingResult train_forecaster(const std::string& file, const Rows* rows,
                                const std::filesystem::path& run, const TrainingOptions& options) {
  const auto point = [&](TrainForecastOptions& forecast) { forecast.train_rows = rows; };
  return train_by<TrainForecastOptions>(options, {.train = file, .in_memory = rows != nullptr}, run,
                                        point);
}

}  // namespace

TrainingResult pretrain_text(std::span<const std::filesystem::path> files,
                             const std::filesystem::path& run, const TrainingOptions& options) {
  std::vector<std::string> names;
  for (const auto& file : files) names.push_back(file.string());
  const auto as_they_are = [](PretrainTextOptions&) {};
  return train_by<PretrainTextOptions>(options, {.train = join_list(names), .setting = "data"}, run,
                                       as_they_are);
}

TrainingResult train_text(const std::filesystem::path& file, const std::filesystem::path& run,
                          const TrainingOptions& options) {
  return train_text(file.string(), nullptr, nullptr, run, options);
}

TrainingResult train_text(const TrainingTexts& rows, const std::filesystem::path& run,
                          const TrainingOptions& options, const TrainingTexts& valid) {
  return train_text(kRowsInMemory, &rows, valid.texts.empty() ? nullptr : &valid, run, options);
}

TrainingResult train_series(const std::filesystem::path& file, const std::filesystem::path& run,
                            const TrainingOptions& options) {
  return train_series(file.string(), nullptr, nullptr, run, options);
}

TrainingResult train_series(const TrainingSeries& rows, const std::filesystem::path& run,
                            const TrainingOptions& options, const TrainingSeries& valid) {
  return train_series(kRowsInMemory, &rows, valid.values.empty() ? nullptr : &valid, run, options);
}

TrainingResult train_forecaster(const std::filesystem::path& file, const std::filesystem::path& run,
                                const TrainingOptions& options) {
  return train_forecaster(file.string(), nullptr, run, options);
}

TrainingResult train_forecaster(const Rows& rows, const std::filesystem::path& run,
                                const TrainingOptions& options) {
  return train_forecaster(kRowsInMemory, &rows, run, options);
}

}  // namespace mnemo
