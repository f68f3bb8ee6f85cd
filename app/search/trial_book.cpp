#include "app/search/trial_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <tuple>
#include <utility>

#include "app/runs/run_lock.h"
#include "app/search/learning_curves.h"
#include "app/support/json_text.h"
#include "common/files.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

using nlohmann::json;

// A line that a kill cut off says nothing; it is taken back before the next is written.
std::string whole_lines(const std::filesystem::path& file) {
  std::string text = read_file(file);
  const size_t end = text.rfind('\n') + 1;  // 0 where there is none
  if (end < text.size()) {
    text.resize(end);
    std::filesystem::resize_file(file, end);
  }
  return text;
}

// Copies of paused runs, among the trials.
constexpr const char* kPausedBest = "paused-best-";

// Values that differ by less are alike: of a loss nothing but 0 itself is too small for a
// logarithm.
double resolution_of(TuneGoal goal) { return goal == TuneGoal::accuracy ? 1e-3 : 1e-12; }

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// The value of the model that a run would have kept after so many epochs.
double value_after(int64_t epochs, const TrainingFigures& figures, TuneGoal goal) {
  if (figures.epochs.back().epoch <= epochs) {
    return figures.kept ? value_of(goal, *figures.kept) : kUnknown;
  }
  return figures.has_late_part ? kUnknown : value_of(goal, *figures.best_of(epochs));
}

// All but a lock and what is being written. Throws Error where that cannot be.
void copy_run(const std::filesystem::path& run, const std::filesystem::path& to) {
  const std::filesystem::path part = to.string() + ".part";
  try {
    std::filesystem::remove_all(part);
    std::filesystem::create_directories(part);
    for (const auto& file : std::filesystem::directory_iterator(run)) {
      const auto name = file.path().filename().string();
      const bool is_whole = file.is_regular_file() && name.find(".tmp-") == std::string::npos;
      if (is_whole && name != kLockFile) {
        std::filesystem::copy_file(file.path(), part / name);
      }
    }
    std::filesystem::remove_all(to);
    std::filesystem::rename(part, to);
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(fmt::format("the best run so far cannot be copied: {}", error.what()));
  }
}

// JSON has no NaN and writes null.
std::vector<double> values_of(const json& array) {
  std::vector<double> values;
  for (const auto& value : array) {
    values.push_back(value.is_null() ? kUnknown : value.get<double>());
  }
  return values;
}

}  // namespace

double value_of(TuneGoal goal, const EpochFigures& figures) {
  return goal == TuneGoal::accuracy ? 1.0 - figures.metric : figures.loss;
}

bool Trial::is_ranked() const {
  return std::ranges::any_of(rung_values, [](double value) { return !std::isnan(value); });
}

const EpochFigures& Trial::model() const {
  return figures.kept ? *figures.kept : *figures.best_of(std::numeric_limits<int64_t>::max());
}

TrialBook::TrialBook(const std::filesystem::path& folder, TuneGoal goal)
    : folder_(folder), goal_(goal) {
  const auto journal = folder / kJournalFile;
  std::filesystem::create_directories(folder / "trials");
  if (!std::filesystem::exists(journal)) return;
  try {
    replay(whole_lines(journal));
  } catch (const std::exception& error) {
    throw Error(
        fmt::format("{}: the journal, or a run that it names, is damaged: {}; begin anew with "
                    "`overwrite`",
                    journal.string(), error.what()));
  }
}

std::filesystem::path TrialBook::run_of(int64_t number) const {
  return folder_ / "trials" / fmt::format("{:04}", number);
}

std::filesystem::path TrialBook::log_of(int64_t number) const {
  return folder_ / "trials" / fmt::format("{:04}.log", number);
}

std::filesystem::path TrialBook::config_of(int64_t number) const {
  return folder_ / "trials" / fmt::format("{:04}.ini", number);
}

void TrialBook::replay(const std::string& text) {
  std::istringstream lines(text);
  json best;  // what was said of it
  for (std::string line; std::getline(lines, line);) {
    const auto entry = json::parse(line);
    const auto event = entry.at("event").get<std::string>();
    seconds_ = std::max(seconds_, entry.value("seconds", 0.0));
    if (event == "jobs") jobs_ = entry.at("jobs").get<int64_t>();
    if (event == "trial") {
      const auto settings = entry.at("settings").get<Settings>();
      trials_.push_back({.number = entry.at("trial").get<int64_t>(),
                         .settings = settings,
                         .point = entry.at("point").get<Point>(),
                         .threads = entry.at("threads").get<int64_t>()});
    }
    if (event == "failed") {
      auto& trial = trials_.at(entry.at("trial").get<size_t>() - 1);
      trial.has_failed = true;
      trial.failure = entry.at("message").get<std::string>();
      trial.is_over_limit = entry.value("over_limit", false);
    }
    if (event == "result") {
      auto& trial = trials_.at(entry.at("trial").get<size_t>() - 1);
      trial.rung_values = values_of(entry.value("rung_values", json::array()));
      if (entry.value("is_best", false)) best = entry;
    }
  }
  for (auto& trial : trials_) {
    if (!trial.has_failed) read_figures(trial);
  }
  if (best.is_null()) return;
  best_ = {.trial = best.at("trial").get<int64_t>(),
           .epochs = best.at("epochs").get<int64_t>(),
           .planned_epochs = best.at("of").get<int64_t>(),
           .is_complete = best.at("complete").get<bool>(),
           .is_measured = best.at("measured").get<bool>(),
           .metric = best.at("metric").get<std::string>(),
           .model = {.loss = best.at("loss").get<double>()}};
  best_->model.metric = best.at(best_->metric).get<double>();
}

void TrialBook::read_figures(Trial& trial) { trial.figures = read_training(run_of(trial.number)); }

void TrialBook::write(const json& line) {
  const auto file = folder_ / kJournalFile;
  std::ofstream journal(file, std::ios::app);
  journal << json_line(line) << std::flush;
  if (!journal) throw Error(fmt::format("{}: cannot be written", file.string()));
}

Trial& TrialBook::begin(const Settings& settings, const Point& point, int64_t threads) {
  trials_.push_back({.number = std::ssize(trials_) + 1,
                     .settings = settings,
                     .point = point,
                     .threads = threads});
  const auto& trial = trials_.back();
  write({{"event", "trial"},
         {"trial", trial.number},
         {"settings", settings},
         {"point", point},
         {"threads", threads}});
  return trials_.back();
}

void TrialBook::update(int64_t number, double seconds, SuccessiveHalving& halving) {
  auto& trial = trials_.at(static_cast<size_t>(number - 1));
  const auto state = [&] {
    const auto unknown = [](double value) { return std::isnan(value); };
    return std::tuple(trial.figures.epochs.size(), trial.figures.is_complete,
                      trial.rung_values.size(), std::ranges::count_if(trial.rung_values, unknown));
  };
  const auto before = state();
  read_figures(trial);
  if (!trial.has_figures()) return;
  const auto& figures = trial.figures;
  const auto had = figures.epochs.back().epoch;
  for (size_t rung = 0; rung <= halving.top(); ++rung) {
    const auto epochs = static_cast<int64_t>(
        std::ceil(halving.shares()[rung] * static_cast<double>(figures.planned_epochs)));
    if (had < epochs && !figures.is_complete) break;
    if (trial.rung_values.size() == rung) trial.rung_values.push_back(kUnknown);
    double& value = trial.rung_values[rung];
    if (std::isnan(value)) value = value_after(epochs, figures, goal_);
    if (rung > 0) halving.note_promotion(number, rung);
    if (!std::isnan(value) && !halving.has_reported(number, rung)) {
      halving.report(number, rung, value);
    }
  }
  seconds_ = seconds;
  const bool is_best = note_best(trial);
  if (!is_best && state() == before) return;  // interrupted before it came to anything
  const auto& model = trial.model();
  write({{"event", "result"},
         {"trial", number},
         {"rung_values", trial.rung_values},
         {"epochs", had},
         {"of", figures.planned_epochs},
         {"complete", figures.is_complete},
         {"is_best", is_best},
         {"measured", figures.kept.has_value()},
         {"loss", model.loss},
         {"metric", figures.metric},
         {figures.metric, model.metric},
         {"bytes", figures.bytes},
         {"latency_ms", figures.milliseconds},
         {"training_seconds", figures.seconds()},
         {"seconds", seconds}});
  if (is_best) remove_other_copies();  // the journal names another one now
}

void TrialBook::fail(int64_t number, const std::string& message, double seconds,
                     bool is_over_limit) {
  auto& trial = trials_.at(static_cast<size_t>(number - 1));
  trial.has_failed = true;
  trial.failure = message;
  trial.is_over_limit = is_over_limit;
  seconds_ = seconds;
  write({{"event", "failed"},
         {"trial", number},
         {"message", message},
         {"over_limit", is_over_limit},
         {"seconds", seconds}});
}

void TrialBook::decide_jobs(int64_t jobs, double seconds) {
  jobs_ = jobs;
  write({{"event", "jobs"}, {"jobs", jobs}, {"seconds", seconds}});
}

void TrialBook::note_seconds(double seconds) {
  seconds_ = seconds;
  write({{"event", "pause"}, {"seconds", seconds}});
}

std::vector<const Trial*> TrialBook::ranked() const {
  struct Promise {
    const Trial* trial;
    double log_final;
  };
  std::vector<Promise> promises;
  std::vector<RungValues> curves;
  for (const auto& trial : trials_) {
    if (!trial.has_figures() || is_repetition(trial)) continue;
    RungValues curve = trial.rung_values;
    while (!curve.empty() && std::isnan(curve.back())) curve.pop_back();
    if (curve.empty()) continue;
    for (double& value : curve) value += resolution_of(goal_);
    promises.push_back({.trial = &trial, .log_final = 0.0});
    curves.push_back(std::move(curve));
  }
  const auto finals = expected_log_finals(curves);
  for (size_t i = 0; i < promises.size(); ++i) promises[i].log_final = finals[i];
  std::ranges::stable_sort(promises, {}, &Promise::log_final);
  std::vector<const Trial*> ranked;
  for (const auto& promise : promises) ranked.push_back(promise.trial);
  for (const auto& trial : trials_) {
    if (trial.has_failed) ranked.push_back(&trial);
  }
  return ranked;
}

std::vector<Point> TrialBook::ranked_points() const {
  std::vector<Point> points;
  for (const Trial* trial : ranked()) points.push_back(trial->point);
  return points;
}

bool TrialBook::is_repetition(const Trial& trial) const {
  const auto& weights = trial.figures.weights_sha256;
  if (weights.empty()) return false;
  return std::ranges::any_of(trials_, [&](const Trial& other) {
    return other.number < trial.number && other.has_figures() &&
           other.figures.weights_sha256 == weights &&
           other.figures.epochs.size() == trial.figures.epochs.size();
  });
}

// A complete one among equals, since nothing has to be ended there.
bool TrialBook::is_better(const BestModel& a, const BestModel& b) const {
  const auto key = [&](const BestModel& model) {
    return std::tuple(!model.is_measured, value_of(goal_, model.model), model.model.loss,
                      !model.is_complete);
  };
  return key(a) < key(b);
}

bool TrialBook::note_best(const Trial& trial) {
  const auto& figures = trial.figures;
  BestModel now{.trial = trial.number,
                .epochs = figures.epochs.back().epoch,
                .planned_epochs = figures.planned_epochs,
                .is_complete = figures.is_complete,
                .is_measured = figures.kept.has_value(),
                .metric = figures.metric,
                .model = trial.model()};
  if (best_ && !is_better(now, *best_)) return false;
  if (!now.is_complete) copy_run(run_of(trial.number), paused_copy(now));
  best_ = std::move(now);
  return true;
}

std::filesystem::path TrialBook::paused_copy(const BestModel& model) const {
  return folder_ / "trials" / fmt::format("{}{:04}-{}", kPausedBest, model.trial, model.epochs);
}

void TrialBook::remove_other_copies() const {
  const auto current = run_of_best();
  std::error_code ignored;  // they are removed the next time
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "trials", ignored)) {
    const bool is_copy = entry.path().filename().string().starts_with(kPausedBest);
    if (is_copy && entry.path() != current) std::filesystem::remove_all(entry.path(), ignored);
  }
}

std::filesystem::path TrialBook::run_of_best() const {
  return best_->is_complete ? run_of(best_->trial) : paused_copy(*best_);
}

void TrialBook::reread_best() {
  const auto figures = read_training(run_of_best());
  if (figures.kept) best_->model = *figures.kept;
}

}  // namespace mnemo
