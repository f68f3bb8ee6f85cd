// The search itself: chooses trials, runs them as processes of their own, and knows when it is
// over.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/search/child_process.h"
#include "app/search/parzen_sampler.h"
#include "app/search/successive_halving.h"
#include "app/search/trial_book.h"
#include "app/settings/option_marks.h"
#include "app/settings/task.h"
#include "mnemo/reporter.h"

namespace mnemo {

struct TunePlan {
  Task task = Task::text;
  double budget_seconds = 0.0;  // of all sittings together; 0: none
  int64_t trials = 0;           // at most; 0: as many as the budget allows
  int64_t jobs = 0;             // side by side, one thread each if several; 0: what is faster
  int64_t threads = 0;          // of a training that runs alone
  TuneGoal goal = TuneGoal::loss;
  std::vector<std::string> limits = {};  // arguments of the trainings, e.g. --max-model-size=5MB
  Settings base = {};                    // all settings that the knobs vary
  MarksByOption marks = {};              // of the options of a training
  // Settings with changes, as a config file.
  std::function<std::string(const Settings&)> configure = {};
};

enum class SearchEnd { over, interrupted };

class Tuner {
 public:
  Tuner(TunePlan plan, const SearchSpace& space, TrialBook& book, uint64_t seed,
        Reporter& reporter);

  // Searches until the budget or the trials are used up, keeping back what the best trial needs to
  // be trained to its end, or until `should_stop` answers true. Throws Error when no training of
  // the first few works.
  SearchEnd run(const std::function<bool()>& should_stop);

 private:
  // A process takes about so long to start and to read its data; this counts for what is still to
  // be finished.
  static constexpr double kStartSeconds = 2.0;
  // The first trial has the settings as given.
  static constexpr int64_t kGiven = 1;

  struct Worker {
    int64_t trial;
    size_t rung;   // to which it trains
    double begun;  // as elapsed() has it
    ChildProcess process;
  };

  // Trainings of some steps, side by side.
  struct Probe {
    double seconds = 0.0;  // that the steps of the slowest took
    double waited = 0.0;   // for all of them, with their start
    std::string failure = {};

    bool has_failed() const { return !failure.empty(); }
  };

  double elapsed() const;
  bool is_out_of_time(double reserve) const;
  double share_of_epochs() const;
  double seconds_of_rest(const Trial& trial) const;  // of one with figures, for its epochs alone
  double seconds_to_finish(const Trial& trial) const;
  // The seconds of the budget that are kept back for the trial that best_to_finish() names, unless
  // that is on its way to its end or is `beside`; 0 for the latter: no trial.
  double reserve(int64_t beside) const;
  // True when that trial (0: a new one), or whatever takes so long, could be done in what is left.
  bool is_time_for(double seconds, int64_t trial) const;
  // The seconds that are kept back to train the settings as given to the end, which the best is
  // compared with; 0 where that is done, on its way, or half of the budget would not do.
  double reserve_of_given() const;
  bool is_running(int64_t trial) const;
  bool is_finishing(int64_t trial) const;
  bool can_go_on(const Trial& trial) const;
  // The most promising trial among those that the rest of the budget is enough to train to the end;
  // null: none.
  const Trial* best_to_finish() const;
  int64_t threads_of_a_trial() const;
  bool has_trials_left() const;

  void decide_jobs();
  Probe time_probes(int64_t count, int64_t threads, double reserve);
  std::vector<TimedPoint> timed_points() const;
  bool launch_next();
  bool launch_unfinished();
  bool launch_promoted();
  bool launch_new();
  bool launch_to_fill_time();
  void launch(int64_t trial, size_t rung);
  void collect();
  void settle(const Worker& worker, int exit_code);
  void interrupt_all(int64_t but);
  void wait_for_all();
  void finish(int64_t trial);
  void finish_best();
  void finish_given();
  // The same settings, without a knob turned in a way that changes nothing.
  Settings without_idle_turns(Settings settings) const;
  void say_result(const Trial& trial);
  void show_progress();

  TunePlan plan_;
  SearchSpace space_;
  TrialBook& book_;
  Reporter& reporter_;
  Point start_;
  ParzenSampler sampler_;
  SuccessiveHalving halving_;
  std::vector<Worker> workers_;
  bool is_idle_ = false;  // nothing is left to launch until a worker has ended
  std::function<bool()> should_stop_;
  double seconds_before_;  // of earlier sittings
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace mnemo
