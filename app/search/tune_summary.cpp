#include "app/search/tune_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "app/search/importance.h"
#include "app/support/wording.h"
#include "common/quantities.h"
#include "datasets/message_text.h"

namespace mnemo {
namespace {

std::string figures_in_words(const EpochFigures& model, const std::string& metric) {
  return fmt::format("validation loss {:.4f}, {} {:.4f}", model.loss, metric, model.metric);
}

// The best that the trial has come to: going on has made it worse, where that is the best of all.
const EpochFigures& model_of(const Trial& trial, const TrialBook& book) {
  const auto& best = book.best();
  return best && best->trial == trial.number ? best->model : trial.model();
}

bool beats(const Trial& a, const Trial& b, const TrialBook& book, TuneGoal goal) {
  const std::array of_a = {value_of(goal, model_of(a, book)), a.figures.bytes,
                           a.figures.milliseconds};
  const std::array of_b = {value_of(goal, model_of(b, book)), b.figures.bytes,
                           b.figures.milliseconds};
  return of_a != of_b && std::ranges::equal(of_a, of_b, std::ranges::less_equal());
}

// True of a model that has learnt nothing, or next to nothing: it is no better than one answer for
// all samples.
bool is_at_chance(const EpochFigures& model, const Trial& trial) {
  constexpr double kLeastGain = 0.01;
  return model.loss >= (1.0 - kLeastGain) * trial.figures.chance_loss;  // false of NaN
}

std::string describe_trials(const TrialBook& book) {
  int64_t complete = 0, failed = 0;
  for (const auto& trial : book.trials()) {
    if (trial.has_failed) ++failed;
    if (trial.figures.is_complete) ++complete;
  }
  return fmt::format("{} in {}, {} of them trained to the end{}\n",
                     counted(std::ssize(book.trials()), "trial"), format_duration(book.seconds()),
                     complete,
                     failed > 0 ? fmt::format(", {} failed or over a limit", failed) : "");
}

std::string describe_best(const TrialBook& book, const Settings& base) {
  const auto& best = *book.best();
  const Trial& trial = book.trial(best.trial);
  const Trial& first = book.trial(1);
  const auto& metric = best.metric;
  std::string text = fmt::format(
      "best: trial {}, {}{}\n", best.trial, figures_in_words(best.model, metric),
      best.is_complete ? ""
                       : fmt::format(", after {} of {} epochs", best.epochs, best.planned_epochs));
  if (best.trial == 1) return text + "no trial was better than the settings it began with\n";
  if (first.has_figures()) {
    const auto& figures = first.figures;
    text += fmt::format(
        "settings as given: {}{}\n", figures_in_words(first.model(), metric),
        figures.is_complete
            ? ", trained to the end"
            : fmt::format(", after {} of {} epochs: the budget was too short to train them to the "
                          "end, where they may be better than the best here",
                          figures.epochs.back().epoch, figures.planned_epochs));
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
  std::string text =
      "\nimportance of the knobs: how far the best quarter differs from all, with a 90% interval\n";
  std::string others;
  for (const auto& importance : importances) {
    if (!importance.is_told_from_chance) {
      others += (others.empty() ? "" : ", ") + importance.knob;
      continue;
    }
    text += fmt::format("  {:<20} {:>5.1f}%  ({:.0f} to {:.0f})\n", importance.knob,
                        100.0 * importance.share, 100.0 * importance.low, 100.0 * importance.high);
  }
  return others.empty() ? text : text + "  not told from chance: " + others + "\n";
}

std::string describe_frontier(const TrialBook& book, TuneGoal goal) {
  std::string text = fmt::format(
      "\nno other trial is better, smaller and faster than these\n  {:>5} {:>9} {:>9} {:>10} "
      "{:>11} "
      "{:>9}\n",
      "trial", "loss", book.best()->metric, "size", "one answer", "training");
  for (const Trial* trial : frontier(book, goal)) {
    const auto& best = model_of(*trial, book);
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
      return other.has_figures() && beats(other, trial, book, goal);
    };
    const bool is_best = book.best() && book.best()->trial == trial.number;  // by loss among equals
    if (!is_best && trial.has_figures() && is_at_chance(model_of(trial, book), trial)) continue;
    if (trial.has_figures() && (is_best || std::ranges::none_of(book.trials(), is_better))) {
      front.push_back(&trial);
    }
  }
  std::ranges::stable_sort(
      front, {}, [&](const Trial* trial) { return value_of(goal, model_of(*trial, book)); });
  return front;
}

std::string summarize(const TrialBook& book, const SearchSpace& space, const Settings& base,
                      TuneGoal goal) {
  return describe_trials(book) + describe_best(book, base) + describe_importance(book, space) +
         describe_frontier(book, goal);
}

}  // namespace mnemo
