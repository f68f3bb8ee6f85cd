#include "app/search/tune_summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/console.h"
#include "app/search/importance.h"
#include "common/quantities.h"

namespace mnemo {
namespace {

std::string words_of(const EpochFigures& model, const std::string& metric) {
  return fmt::format("validation loss {:.4f}, {} {:.4f}", model.loss, metric, model.metric);
}

bool beats(const Trial& a, const Trial& b, TuneGoal goal) {
  const bool no_worse = value_of(goal, a.figures_kept()) <= value_of(goal, b.figures_kept()) &&
                        a.figures.bytes <= b.figures.bytes &&
                        a.figures.milliseconds <= b.figures.milliseconds;
  const bool better = value_of(goal, a.figures_kept()) < value_of(goal, b.figures_kept()) ||
                      a.figures.bytes < b.figures.bytes ||
                      a.figures.milliseconds < b.figures.milliseconds;
  return no_worse && better;
}

std::string describe_trials(const TrialBook& book) {
  int64_t complete = 0, failed = 0;
  for (const auto& trial : book.trials()) {
    if (trial.has_failed) ++failed;
    if (trial.figures.is_complete) ++complete;
  }
  return fmt::format("{} trials in {}, {} of them trained to the end{}\n", book.trials().size(),
                     format_duration(book.seconds()), complete,
                     failed > 0 ? fmt::format(", {} failed or over a limit", failed) : "");
}

std::string describe_best(const TrialBook& book, const Settings& base) {
  const auto& best = *book.best();
  const Trial& trial = book.trial(best.trial);
  const Trial& first = book.trial(1);
  const auto& metric = trial.figures.metric;
  std::string text = fmt::format(
      "best: trial {}, {}{}\n", best.trial, words_of(best.figures, metric),
      best.is_complete ? "" : fmt::format(", after {} of {} epochs", best.epochs,
                                          trial.figures.planned_epochs));
  if (best.trial == 1) return text + "no trial was better than the settings it began with\n";
  if (first.has_figures()) {
    const auto& figures = first.figures;
    text += fmt::format("settings as given: {}{}\n", words_of(first.figures_kept(), metric),
                        figures.is_complete
                            ? ""
                            : fmt::format(", after {} of {} epochs", figures.epochs.back().epoch,
                                          figures.planned_epochs));
  }
  for (const auto& [name, value] : trial.settings) {
    const auto given = base.find(name);
    const std::string before = given == base.end() ? "" : given->second;
    text += fmt::format("  {:<20} {:<12}{}\n", name, value,
                        before == value ? "" : fmt::format(" was {}", before));
  }
  return text;
}

std::string describe_importance(const TrialBook& book, const SearchSpace& space) {
  const auto importances = knob_importances(space, book.ranked_points());
  if (importances.empty()) return {};
  std::string text = "\nimportance of the knobs: how far the best quarter differs from all\n";
  for (const auto& [knob, share] : importances) {
    text += fmt::format("  {:<20} {:>5.1f}%\n", knob, 100.0 * share);
  }
  return text;
}

std::string describe_frontier(const TrialBook& book, TuneGoal goal) {
  std::string text = fmt::format(
      "\nno other trial is better, smaller and faster than these\n  {:>5} {:>9} {:>9} {:>10} "
      "{:>11} "
      "{:>9}\n",
      "trial", "loss", book.trial(book.best()->trial).figures.metric, "size", "one answer", "training");
  for (const Trial* trial : frontier(book, goal)) {
    const auto& best = trial->figures_kept();
    text += fmt::format("  {:>5} {:>9.4f} {:>9.4f} {:>10} {:>8.2f} ms {:>9}\n", trial->number,
                        best.loss, best.metric, format_size(trial->figures.bytes),
                        trial->figures.milliseconds, format_duration(trial->figures.seconds()));
  }
  return text;
}

}  // namespace

std::vector<const Trial*> frontier(const TrialBook& book, TuneGoal goal) {
  std::vector<const Trial*> front;
  for (const auto& trial : book.trials()) {
    const auto is_better = [&](const Trial& other) {
      return other.has_figures() && beats(other, trial, goal);
    };
    if (trial.has_figures() && std::ranges::none_of(book.trials(), is_better)) {
      front.push_back(&trial);
    }
  }
  std::ranges::stable_sort(
      front, {}, [&](const Trial* trial) { return value_of(goal, trial->figures_kept()); });
  return front;
}

std::string summarize(const TrialBook& book, const SearchSpace& space, const Settings& base,
                      TuneGoal goal) {
  return describe_trials(book) + describe_best(book, base) + describe_importance(book, space) +
         describe_frontier(book, goal);
}

}  // namespace mnemo
