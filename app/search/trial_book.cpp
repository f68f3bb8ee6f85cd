#include "app/search/trial_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "app/search/learning_curves.h"
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

// Among the trials.
constexpr const char* kPausedBest = "paused-best";

// Values that differ by less are alike: of a loss nothing but 0 itself is too small for a
// logarithm.
double resolution_of(TuneGoal goal) { return goal == TuneGoal::accuracy ? 1e-3 : 1e-12; }

// What the model came to that a run would have kept after so many epochs.
double value_after(int64_t epochs, const Trial& trial, TuneGoal goal) {
  const auto& now = trial.figures_kept();
  if (trial.figures.epochs.back().epoch <= epochs) return value_of(goal, now);
  const bool something_joins = now.loss != trial.so_far().loss;
  if (something_joins) return std::numeric_limits<double>::quiet_NaN();
  return value_of(goal, *trial.figures.best_of(epochs));
}

// JSON has no NaN and writes null.
std::vector<double> values_of(const json& array) {
  std::vector<double> values;
  for (const auto& value : array) {
    values.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN()
                                     : value.get<double>());
  }
  return values;
}

}  // namespace

double value_of(TuneGoal goal, const EpochFigures& figures) {
  return goal == TuneGoal::accuracy ? 1.0 - figures.metric : figures.loss;
}

bool Trial::is_over_limit() const {
  return failure.find("--max-model-size") != std::string::npos ||
         failure.find("--max-latency") != std::string::npos;
}

const EpochFigures& Trial::so_far() const {
  return *figures.best_of(std::numeric_limits<int64_t>::max());
}

const EpochFigures& Trial::figures_kept() const { return figures.kept ? *figures.kept : so_far(); }

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
                    "--overwrite",
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
    }
    if (event == "result") {
      trials_.at(entry.at("trial").get<size_t>() - 1).rung_values =
          values_of(entry.at("rung_values"));
      if (entry.at("is_best").get<bool>()) best = entry;
    }
  }
  for (auto& trial : trials_) {
    if (!trial.has_failed) read_figures(trial);
  }
  if (best.is_null()) return;
  const auto number = best.at("trial").get<int64_t>();
  best_ = {.trial = number,
           .epochs = best.at("epochs").get<int64_t>(),
           .is_complete = best.at("complete").get<bool>(),
           .figures = {.loss = best.at("loss").get<double>(),
                       .metric = best.at(trial(number).figures.metric).get<double>()}};
}

void TrialBook::read_figures(Trial& trial) { trial.figures = read_training(run_of(trial.number)); }

void TrialBook::write(const json& line) {
  const auto file = folder_ / kJournalFile;
  std::ofstream journal(file, std::ios::app);
  journal << line.dump(-1, ' ', false, json::error_handler_t::replace) << "\n" << std::flush;
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
  const auto before = std::pair(trial.figures.epochs.size(), trial.figures.is_complete);
  const auto rungs_before = trial.rung_values.size();
  read_figures(trial);
  if (!trial.has_figures()) return;
  const auto& figures = trial.figures;
  const auto had = figures.epochs.back().epoch;
  for (size_t rung = 0; rung <= halving.top(); ++rung) {
    const auto epochs = static_cast<int64_t>(
        std::ceil(halving.shares()[rung] * static_cast<double>(figures.planned_epochs)));
    if (had < epochs && !figures.is_complete) break;
    if (trial.rung_values.size() == rung) {
      trial.rung_values.push_back(value_after(epochs, trial, goal_));
    }
    if (rung > 0) halving.note_promotion(number, rung);
    const double value = trial.rung_values[rung];
    if (!std::isnan(value) && !halving.has_reported(number, rung)) {
      halving.report(number, rung, value);
    }
  }
  seconds_ = seconds;
  const auto now = std::pair(figures.epochs.size(), figures.is_complete);
  if (now == before && trial.rung_values.size() == rungs_before)
    return;  // interrupted before it came to anything
  const bool is_best = note_best(trial);
  const auto& best = trial.figures_kept();
  write({{"event", "result"},
         {"trial", number},
         {"rung_values", trial.rung_values},
         {"epochs", had},
         {"of", figures.planned_epochs},
         {"complete", figures.is_complete},
         {"is_best", is_best},
         {"loss", best.loss},
         {figures.metric, best.metric},
         {"bytes", figures.bytes},
         {"latency_ms", figures.milliseconds},
         {"training_seconds", figures.seconds()},
         {"seconds", seconds}});
}

void TrialBook::fail(int64_t number, const std::string& message, double seconds) {
  auto& trial = trials_.at(static_cast<size_t>(number - 1));
  trial.has_failed = true;
  trial.failure = message;
  seconds_ = seconds;
  write({{"event", "failed"}, {"trial", number}, {"message", message}, {"seconds", seconds}});
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
    if (!trial.has_figures()) continue;
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

bool TrialBook::note_best(const Trial& trial) {
  const auto& figures = trial.figures_kept();
  if (best_ && !(value_of(goal_, figures) < value_of(goal_, best_->figures))) return false;
  best_ = {.trial = trial.number,
           .epochs = trial.figures.epochs.back().epoch,
           .is_complete = trial.figures.is_complete,
           .figures = figures};
  const auto copy = folder_ / "trials" / kPausedBest;
  std::filesystem::remove_all(copy);
  if (!best_->is_complete) std::filesystem::copy(run_of(trial.number), copy);
  return true;
}

std::filesystem::path TrialBook::run_of_best() const {
  return best_->is_complete ? run_of(best_->trial) : folder_ / "trials" / kPausedBest;
}

}  // namespace mnemo
