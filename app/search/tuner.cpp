#include "app/search/tuner.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <csignal>
#include <thread>
#include <utility>

#include "app/support/wording.h"
#include "common/files.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// A search of which so many trainings fail from the beginning would only fail on.
constexpr int64_t kHopelessFailures = 8;
// A kill loses no more of the time that the budget counts.
constexpr double kSecondsBetweenNotes = 10.0;
// Points drawn before a space counts as used up.
constexpr int64_t kDraws = 25;
// The step from one draw of a trial to the next; it is even, so that the sampler's first draws stay
// up or down.
constexpr int64_t kRetry = 1'000'004;

}  // namespace

Tuner::Tuner(TunePlan plan, const SearchSpace& space, TrialBook& book, uint64_t seed,
             Reporter& reporter)
    : plan_(std::move(plan)),
      space_(space),
      book_(book),
      reporter_(reporter),
      start_(space.point_of(plan_.base)),
      sampler_(space, start_, seed),
      seconds_before_(book.seconds()) {
  for (const auto& trial : book_.trials()) {
    if (!trial.has_failed) book_.update(trial.number, seconds_before_, halving_);
  }
}

double Tuner::elapsed() const {
  const std::chrono::duration<double> now = std::chrono::steady_clock::now() - begin_;
  return seconds_before_ + now.count();
}

bool Tuner::is_out_of_time(double reserve) const {
  return plan_.budget_seconds > 0.0 && elapsed() + reserve >= plan_.budget_seconds;
}

bool Tuner::has_trials_left() const {
  return plan_.trials == 0 || std::ssize(book_.trials()) < plan_.trials;
}

// Trainings stop early: of the epochs that were planned, what those that are complete have had.
double Tuner::share_of_epochs() const {
  double had = 0.0, planned = 0.0;
  for (const auto& trial : book_.trials()) {
    if (!trial.has_figures() || !trial.figures.is_complete) continue;
    had += static_cast<double>(trial.figures.epochs.size());
    planned += static_cast<double>(trial.figures.planned_epochs);
  }
  return planned > 0.0 ? had / planned : 1.0;
}

double Tuner::seconds_of_rest(const Trial& trial) const {
  const auto& figures = trial.figures;
  const auto had = static_cast<double>(figures.epochs.size());
  const double all = share_of_epochs() * static_cast<double>(figures.planned_epochs);
  return figures.seconds() / had * std::max(1.0, all - had);
}

double Tuner::seconds_to_finish(const Trial& trial) const {
  if (trial.figures.is_complete) return 0.0;
  const double seconds = kStartSeconds + seconds_of_rest(trial) + trial.figures.late_seconds;
  const auto worker = std::ranges::find(workers_, trial.number, &Worker::trial);
  return worker == workers_.end() ? seconds : std::max(0.0, seconds - (elapsed() - worker->begun));
}

const Trial* Tuner::best_to_finish() const {
  for (const Trial* trial : book_.ranked()) {
    if (trial->has_failed) break;
    if (!is_out_of_time(std::max(0.0, seconds_to_finish(*trial) - kStartSeconds))) return trial;
  }
  return nullptr;
}

SearchEnd Tuner::run(const std::function<bool()>& should_stop) {
  should_stop_ = should_stop;
  if (book_.jobs() == 0) decide_jobs();
  while (!should_stop_()) {
    collect();
    if (is_out_of_time(reserve(/*beside=*/0) + reserve_of_given())) break;
    while (std::ssize(workers_) < book_.jobs() && !should_stop_() && !is_out_of_time(0.0) &&
           launch_next()) {
    }
    if (workers_.empty()) break;
    if (elapsed() - book_.seconds() > kSecondsBetweenNotes) book_.note_seconds(elapsed());
    show_progress();
    std::this_thread::sleep_for(kPollPause);
  }
  finish_best();
  finish_given();
  interrupt_all(/*but=*/0);
  wait_for_all();
  reporter_.end_progress();
  book_.note_seconds(elapsed());
  return should_stop_() ? SearchEnd::interrupted : SearchEnd::over;
}

int64_t Tuner::threads_of_a_trial() const { return book_.jobs() > 1 ? 1 : plan_.threads; }

bool Tuner::is_running(int64_t trial) const {
  return std::ranges::any_of(workers_, [&](const Worker& w) { return w.trial == trial; });
}

bool Tuner::is_finishing(int64_t trial) const {
  return std::ranges::any_of(
      workers_, [&](const Worker& w) { return w.trial == trial && w.rung == halving_.top(); });
}

bool Tuner::can_go_on(const Trial& trial) const {
  return !trial.has_failed && !trial.figures.is_complete && !is_running(trial.number);
}

double Tuner::reserve(int64_t beside) const {
  const Trial* best = best_to_finish();
  if (best == nullptr || best->number == beside || is_finishing(best->number)) return 0.0;
  return seconds_to_finish(*best);
}

bool Tuner::is_time_for(double seconds, int64_t trial) const {
  const double of_given = trial == kGiven ? 0.0 : reserve_of_given();
  return !is_out_of_time(seconds + reserve(trial) + of_given);
}

// Nothing begins or goes on that the rest of the budget is not enough for, as far as can be told.
bool Tuner::launch_next() {
  if (is_idle_) return false;
  is_idle_ = !launch_unfinished() && !launch_promoted() && !launch_new() && !launch_to_fill_time();
  return !is_idle_;
}

// The settings as given, which are what the search has to beat; and those trials that an
// interruption has left before they could be compared with others.
bool Tuner::launch_unfinished() {
  if (book_.trials().empty()) book_.begin({}, start_, threads_of_a_trial());
  for (const auto& trial : book_.trials()) {
    if (trial.has_failed || trial.is_ranked() || is_running(trial.number)) continue;
    launch(trial.number, 0);
    return true;
  }
  return false;
}

bool Tuner::launch_promoted() {
  const auto next = halving_.promote([&](int64_t number) {
    const auto& trial = book_.trial(number);
    return can_go_on(trial) && is_time_for(seconds_to_finish(trial), number);
  });
  if (next) launch(next->first, next->second);
  return next.has_value();
}

bool Tuner::launch_new() {
  if (!has_trials_left()) return false;
  std::vector<Point> pending;
  for (const auto& worker : workers_) {
    const auto& trial = book_.trial(worker.trial);
    if (!trial.is_ranked()) pending.push_back(trial.point);  // the others are ranked
  }
  const auto timed = timed_points();
  const CostModel cost(space_, timed, plan_.marks);
  TimePressure pressure;
  if (plan_.budget_seconds > 0.0 && !timed.empty()) {
    const double left = std::max(0.0, plan_.budget_seconds - elapsed());
    pressure = {
        .cost = &cost, .weight = std::min(1.0, left / plan_.budget_seconds), .most_seconds = left};
  }
  const auto ranked = book_.ranked_points();
  // A small space gives the same again.
  for (int64_t draw = 0; draw < kDraws; ++draw) {
    const int64_t number = std::ssize(book_.trials()) - 1 + draw * kRetry;
    Point point = sampler_.propose(ranked, pending, number, pressure);
    const auto turned = space_.changes_at(point, start_);
    const auto settings = without_idle_turns(turned);
    if (settings != turned) point = space_.point_at(settings, start_);
    const auto& trials = book_.trials();
    if (std::ranges::find(trials, settings, &Trial::settings) != trials.end()) continue;
    if (pressure.cost != nullptr && !is_time_for(cost.seconds(point), /*trial=*/0)) continue;
    launch(book_.begin(settings, point, threads_of_a_trial()).number, 0);
    return true;
  }
  return false;
}

// Launches the most promising of the paused trials that comes to its end in time, where no new one
// would.
bool Tuner::launch_to_fill_time() {
  if (plan_.budget_seconds == 0.0 || !has_trials_left()) return false;
  for (const Trial* trial : book_.ranked()) {
    if (!can_go_on(*trial) || !is_time_for(seconds_to_finish(*trial), trial->number)) continue;
    launch(trial->number, halving_.top());
    return true;
  }
  return false;
}

// The time that each takes until it is complete, by the epochs that it has had.
std::vector<TimedPoint> Tuner::timed_points() const {
  std::vector<TimedPoint> timed;
  for (const auto& trial : book_.trials()) {
    if (!trial.has_figures()) continue;
    const auto& figures = trial.figures;
    const double rest = figures.is_complete ? 0.0 : seconds_of_rest(trial);
    timed.push_back({trial.point, kStartSeconds + figures.seconds() + rest + figures.late_seconds});
  }
  return timed;
}

void Tuner::launch(int64_t number, size_t rung) {
  const auto& trial = book_.trial(number);
  Settings settings = trial.settings;
  settings["threads"] = std::to_string(trial.threads);
  const auto config = book_.config_of(number);
  if (!std::filesystem::exists(config)) {
    try {
      write_file_atomically(config, plan_.configure(settings));
    } catch (const UsageError& error) {
      book_.fail(number, error.what(), elapsed());  // knobs that contradict each other
      return;
    }
  }
  std::vector<std::string> command = {
      own_program().string(), "train",  enum_name(plan_.task),         "--config",
      config.string(),        "--out",  book_.run_of(number).string(), "--resume",
      "--report=false",       "--quiet"};
  if (rung < halving_.top()) {
    command.push_back(fmt::format("--pause-after={}", halving_.shares()[rung]));
  }
  command.insert(command.end(), plan_.limits.begin(), plan_.limits.end());
  if (rung > 0) halving_.note_promotion(number, rung);
  workers_.push_back({.trial = number,
                      .rung = rung,
                      .begun = elapsed(),
                      .process = ChildProcess(command, book_.log_of(number))});
}

void Tuner::collect() {
  std::vector<Worker> ended;
  for (auto worker = workers_.begin(); worker != workers_.end();) {
    if (worker->process.is_running()) {
      ++worker;
      continue;
    }
    ended.push_back(std::move(*worker));
    worker = workers_.erase(worker);
  }
  for (auto& worker : ended) settle(worker, worker.process.wait());
  if (!ended.empty()) is_idle_ = false;
}

void Tuner::settle(const Worker& worker, int exit_code) {
  const CommandEnd end = worker.process.result().end;
  constexpr int kSignalled = 128, kInterrupted = kSignalled + SIGTERM;
  if (exit_code == 0 || exit_code == kInterrupted) {
    book_.update(worker.trial, elapsed(), halving_);
    const auto& trial = book_.trial(worker.trial);
    if (exit_code == 0 && trial.has_figures()) say_result(trial);
    return;
  }
  // A training that a kill of this program has left is finishing its step; the trial is tried
  // again.
  if (end == CommandEnd::locked) return;
  auto message = last_line(book_.log_of(worker.trial));
  if (exit_code > kSignalled) message = fmt::format("ended by signal {}", exit_code - kSignalled);
  book_.fail(worker.trial, message, elapsed(), end == CommandEnd::over_limit);
  reporter_.note(fmt::format("trial {} failed: {}", worker.trial, message));
  const auto is_broken = [](const Trial& trial) {
    return trial.has_failed && !trial.is_over_limit;
  };
  const auto failures = std::ranges::count_if(book_.trials(), is_broken);
  const bool all_failed = failures == std::ssize(book_.trials());
  const bool is_hopeless = is_broken(book_.trial(1)) && !book_.best();
  if (is_hopeless || (all_failed && failures >= kHopelessFailures)) {
    throw Error(fmt::format("trial {} failed: {}; its log is {}", worker.trial, message,
                            book_.log_of(worker.trial).string()));
  }
}

void Tuner::interrupt_all(int64_t but) {
  for (auto& worker : workers_) {
    if (worker.trial != but) worker.process.interrupt();
  }
}

void Tuner::wait_for_all() {
  for (auto& worker : workers_) worker.process.wait();
  collect();
}

void Tuner::say_result(const Trial& trial) {
  const auto& figures = trial.figures;
  const auto& now = trial.model();
  const auto& best = *book_.best();
  const bool is_best = best.trial == trial.number && best.epochs == figures.epochs.back().epoch;
  reporter_.note(
      fmt::format("{}  trial {}: validation loss {:.4f}, {} {:.4f}{}; {} of {} epochs, {}; {}",
                  format_duration(elapsed()), trial.number, now.loss, figures.metric, now.metric,
                  is_best ? " (best)" : "", figures.epochs.back().epoch, figures.planned_epochs,
                  format_duration(figures.seconds()),
                  trial.settings.empty() ? "the settings as given" : words_of(trial.settings)));
}

void Tuner::show_progress() {
  if (!reporter_.shows_progress()) return;
  const auto& best = book_.best();
  std::vector<int64_t> running;
  for (const auto& worker : workers_) running.push_back(worker.trial);
  const std::string left =
      plan_.budget_seconds > 0.0
          ? format_duration(std::max(0.0, plan_.budget_seconds - elapsed())) + " left"
          : format_duration(elapsed());
  reporter_.progress(fmt::format(
      "{}  {} trials, {} running{}", left, book_.trials().size(), fmt::join(running, ", "),
      best ? fmt::format("; best: trial {}, validation loss {:.4f}", best->trial, best->model.loss)
           : std::string()));
}

}  // namespace mnemo
