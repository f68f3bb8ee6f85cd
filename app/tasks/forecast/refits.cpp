#include "app/tasks/forecast/refits.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <utility>

#include "app/tasks/forecast/forecast_trainer.h"
#include "app/tasks/frame/frame.h"
#include "app/tasks/frame/resolve_settings.h"
#include "common/files.h"
#include "common/name_list.h"
#include "datasets/windows.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// A new folder for one training, gone at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (fs::temp_directory_path() / "mnemo-refit-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw Error(
          fmt::format("{}: no folder for a refit can be made there; name one "
                      "where files can be written in the environment variable TMPDIR",
                      fs::temp_directory_path().string()));
    }
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  fs::path run() const { return path_ / "run"; }

 private:
  fs::path path_;
};

// A refit is one of many, and says nothing.
class SilentHost : public TrainingHost {
 public:
  explicit SilentHost(const std::function<bool()>& should_stop) : should_stop_(should_stop) {}

  Reporter& reporter() override { return silent_; }
  void print(const std::string&) override {}
  FitResult fit_until_stopped(const Fit& fit) override {
    return fit([this] { return should_stop_ && should_stop_(); });
  }

 private:
  const std::function<bool()>& should_stop_;
  Reporter silent_;
};

// The share of a refit's rows that is held out, for a run that holds rows out.
double held_out_share(const ForecastSplit& split) {
  const bool by_share = split.rows.empty() && split.last.empty();
  return by_share ? split.valid_share : ForecastSplit().valid_share;
}

// The settings that a refit has otherwise than its run: the season and the window are the run's,
// whatever the rows would suggest, so that all refits forecast the same windows.
Settings changes_for(const ForecastSettings& settings, const TrainForecastOptions& options,
                     const fs::path& out) {
  const auto& model = settings.model;
  Settings changes = {{"out", out.string()},
                      {"target", join_list(settings.targets)},
                      {"season", std::to_string(settings.season)},
                      {"lookback", std::to_string(model.lookback)},
                      {"horizon", std::to_string(model.horizon)},
                      {"segment", std::to_string(model.segment)},
                      {"init-from", ""},
                      {"init-weights", ""},
                      {"split-rows", ""}};
  const auto& split = options.split;
  if (!split.holds_rows_out()) {
    changes["split-last"] = fmt::format("0,{}", model.horizon);
    return changes;
  }
  changes["split-last"] = "";
  changes["split"] = "1";
  changes["valid-share"] = fmt::format("{}", held_out_share(split));
  return changes;
}

void warn_of_start(const std::string& config, const std::string& place, const Warn& warn) {
  auto had = begun_with<TrainForecastOptions>(config, place);
  assign_settings(had, {}, config, place);
  const auto& start = had.initial_weights;
  if (start.run.empty() && start.file.empty()) return;
  warn(
      fmt::format("{}: the run began with the weights of {}, which may have seen the rows to be "
                  "forecast: each refit begins anew",
                  place, start.run.empty() ? start.file : start.run));
}

}  // namespace

Refit refit_of(const StoredModel& run, const ForecastSettings& settings,
               const ComputeOptions& compute, const Warn& warn,
               const std::function<bool()>& should_stop) {
  if (!run.is_run()) {
    throw Error(fmt::format(
        "{}: an exported file does not know how it was trained; name the run folder for refits",
        run.path.string()));
  }
  const fs::path config = run.path / kConfigFile;
  warn_of_start(read_file(config), config.string(), warn);
  return [settings, compute, should_stop, place = config.string(),
          before = read_file(config)](const NumberTable& rows) {
    const ScratchFolder folder;
    auto had = begun_with<TrainForecastOptions>(before, place);
    assign_settings(had, {}, before, place);
    auto options = begun_with<TrainForecastOptions>(before, place);
    const auto set =
        assign_settings(options, changes_for(settings, had, folder.run()), before, place);
    options.train_table = &rows;
    options.resumed =
        ResumedForecast{.season = settings.season, .window_scaling = settings.model.window_scaling};
    options.compute.threads = compute.threads;
    options.compute.device = compute.device;
    options.checkpoint = {};
    options.diagnosis = {};
    TrainingPlan plan = plan_of(options, set.config_text());
    plan.report = false;
    SilentHost host(should_stop);
    if (run_training_by(options, plan, host).end == FitEnd::interrupted) {
      throw Error("it was stopped");
    }
    return load_forecast_predictor(open_model(folder.run()), compute);
  };
}

NumberTable rows_before(const NumberTable& table, std::span<const int64_t> ends) {
  NumberTable before = table;
  before.values.clear();
  before.times.clear();
  before.series.clear();
  before.future.clear();
  before.sha256.clear();
  for (size_t i = 0; i < table.series.size(); ++i) {
    auto series = table.series[i];
    if (ends[i] <= series.begin) continue;
    const auto begin = std::exchange(series.begin, before.rows()), end = ends[i];
    series.end = series.begin + end - begin;
    before.values.insert(before.values.end(), table.row(begin), table.row(end));
    if (!table.times.empty()) {
      before.times.insert(before.times.end(), table.times.begin() + begin,
                          table.times.begin() + end);
    }
    before.series.push_back(std::move(series));
  }
  return before;
}

namespace {

// The windows of each moment, which one refit forecasts.
std::map<int64_t, std::vector<size_t>> windows_by_moment(const NumberTable& table,
                                                         const PartWindows& windows) {
  std::map<int64_t, std::vector<size_t>> rounds;
  for (size_t i = 0; i < windows.origins.size(); ++i) {
    const int64_t origin = windows.origins[i];
    const int64_t moment = table.times.empty() ? origin - windows.series_begins[i]
                                               : table.times[static_cast<size_t>(origin)];
    rounds[moment].push_back(i);
  }
  return rounds;
}

// The end of the rows before a moment in each series.
std::vector<int64_t> ends_before(const NumberTable& table, int64_t moment) {
  std::vector<int64_t> ends;
  for (const auto& series : table.series) {
    if (table.times.empty()) {
      ends.push_back(std::min(series.end, series.begin + moment));
      continue;
    }
    const auto first = table.times.begin();
    ends.push_back(std::lower_bound(first + series.begin, first + series.end, moment) - first);
  }
  return ends;
}

// True where the rows of one series that a refit does not hold out have room for a window.
bool can_train_on(const ForecastSettings& settings, int64_t rows) {
  const auto& [lookback, horizon] = WindowSize{settings.model.lookback, settings.model.horizon};
  const double share = settings.split.holds_rows_out() ? held_out_share(settings.split) : 0.0;
  const auto parts = split_by_share({0, rows}, 1.0, share, horizon);
  const int64_t left = share > 0.0 ? parts.train.rows() : rows - horizon;
  return left >= lookback + horizon;
}

std::string name_of_moment(const NumberTable& table, int64_t moment) {
  return table.times.empty() ? fmt::format("row {}", moment + 1)
                             : format_time(moment, table.time_format);
}

}  // namespace

PartWindows windows_to_refit(const ForecastSettings& settings, const NumberTable& table,
                             const PartWindows& windows, const Warn& warn) {
  std::vector<bool> kept(windows.origins.size());
  int64_t longest = 0;
  for (const auto& [moment, places] : windows_by_moment(table, windows)) {
    const auto ends = ends_before(table, moment);
    int64_t rows = 0;
    for (size_t i = 0; i < ends.size(); ++i) {
      rows = std::max(rows, ends[i] - table.series[i].begin);
    }
    longest = std::max(longest, rows);
    for (const size_t place : places) kept[place] = can_train_on(settings, rows);
  }
  PartWindows chosen{.part = windows.part, .origins = {}, .series_begins = {}};
  for (size_t i = 0; i < kept.size(); ++i) {
    if (!kept[i]) continue;
    chosen.origins.push_back(windows.origins[i]);
    chosen.series_begins.push_back(windows.series_begins[i]);
  }
  const size_t all = windows.origins.size(), left_out = all - chosen.origins.size();
  if (chosen.origins.empty()) {
    throw SettingError("refit",
                       fmt::format("has at most {} rows of a series before each of the {} windows, "
                                   "too few to train on with a look-back of {} and a horizon of {}",
                                   longest, all, settings.model.lookback, settings.model.horizon),
                       "take another `part`, or a file with more rows");
  }
  if (left_out > 0) {
    warn(
        fmt::format("{} of {} windows have too few rows before them to train on, and are left "
                    "out (`windows` takes the last ones)",
                    left_out, all));
  }
  return chosen;
}

namespace {

// Says which rows a failure is of: the settings that the training speaks of are the run's.
ForecastPredictor refit_before(const NumberTable& table, int64_t moment, const Refit& refit) {
  const auto before = rows_before(table, ends_before(table, moment));
  try {
    return refit(before);
  } catch (const Error& error) {
    throw Error(fmt::format("`refit`: the training on the {} rows before {} failed: {}",
                            before.rows(), name_of_moment(table, moment), error.what()));
  }
}

}  // namespace

Forecasts forecast_by_refits(const ForecastSettings& settings, const NumberTable& table,
                             const PartWindows& windows, const Refit& refit,
                             const std::function<void(int64_t)>& progress) {
  const auto& model = settings.model;
  Forecasts all{.horizon = model.horizon,
                .targets = model.targets(),
                .outputs = model.outputs(),
                .values = {}};
  const auto numbers = static_cast<size_t>(all.horizon * all.targets * all.outputs);
  all.values.resize(windows.origins.size() * numbers);
  int64_t done = 0;
  for (const auto& [moment, places] : windows_by_moment(table, windows)) {
    auto predictor = refit_before(table, moment, refit);
    std::vector<int64_t> origins;
    for (const size_t place : places) origins.push_back(windows.origins[place]);
    const auto forecasts = forecast_windows(predictor, make_rows(table, predictor), origins);
    for (size_t i = 0; i < places.size(); ++i) {
      std::copy_n(forecasts.values.begin() + static_cast<std::ptrdiff_t>(i * numbers), numbers,
                  all.values.begin() + static_cast<std::ptrdiff_t>(places[i] * numbers));
    }
    done += std::ssize(places);
    if (progress) progress(done);
  }
  return all;
}

}  // namespace mnemo
