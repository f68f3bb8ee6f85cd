// How a search ends: with its best trial, and the settings as given, trained to their ends; and
// what it does not try because it changes nothing.
#include <algorithm>
#include <string>
#include <thread>

#include "app/search/tuner.h"

namespace mnemo {
namespace {

// The share of the budget by which the best trial may go over it, for what comes after its epochs.
constexpr double kOvertimeShare = 0.05;

}  // namespace

double Tuner::reserve_of_given() const {
  constexpr double kMostShare = 0.5;
  if (plan_.budget_seconds == 0.0 || book_.trials().empty()) return 0.0;
  const Trial& given = book_.trial(kGiven);
  if (!given.has_figures() || given.figures.is_complete || is_finishing(kGiven)) return 0.0;
  const Trial* best = best_to_finish();
  if (best != nullptr && best->number == kGiven) return 0.0;  // that has its own reserve
  const double seconds = seconds_to_finish(given);
  return seconds <= kMostShare * plan_.budget_seconds ? seconds : 0.0;
}

// The rest of the budget is for the best trial that it can finish.
void Tuner::finish_best() {
  const Trial* best = best_to_finish();
  if (should_stop_() || best == nullptr || best->figures.is_complete) return;
  finish(best->number);
}

// The settings as given are what the best is compared with, so they have all their epochs, too.
void Tuner::finish_given() {
  if (should_stop_() || book_.trials().empty()) return;
  const Trial& given = book_.trial(kGiven);
  if (!given.has_figures() || given.figures.is_complete) return;
  const double overtime = kOvertimeShare * plan_.budget_seconds;
  if (!is_finishing(kGiven) && is_out_of_time(seconds_to_finish(given) - overtime)) return;
  finish(kGiven);
}

// Trains it to its end and interrupts all others.
void Tuner::finish(int64_t number) {
  if (is_finishing(number)) {
    interrupt_all(number);
  } else {
    interrupt_all(/*but=*/0);
    wait_for_all();
    launch(number, halving_.top());
  }
  const double overtime = std::max(kStartSeconds, kOvertimeShare * plan_.budget_seconds);
  while (!workers_.empty() && !should_stop_() && !is_out_of_time(-overtime)) {
    collect();
    show_progress();
    std::this_thread::sleep_for(kPollPause);
  }
}

// A longer limit than the longest text has changes nothing. How long that is in pieces hangs on the
// tokenizer, which must then be the same in all trials.
Settings Tuner::without_idle_turns(Settings settings) const {
  const auto limit = settings.find("max-length");
  const auto given = plan_.base.find("max-length");
  if (limit == settings.end() || given == plan_.base.end()) return settings;
  const auto is_of_tokenizer = [](const Knob& knob) {
    return knob.name() == "vocab-size" || knob.name().starts_with("tokenizer") ||
           knob.name() == "lowercase" || knob.name() == "strip-html" ||
           knob.name() == "character-coverage";
  };
  if (std::ranges::any_of(space_.knobs(), is_of_tokenizer)) return settings;
  int64_t longest = 0;
  for (const auto& trial : book_.trials()) longest = std::max(longest, trial.figures.longest_text);
  const bool is_idle = longest > 0 && std::stoll(limit->second) >= longest;
  if (!is_idle) return settings;
  if (std::stoll(given->second) >= longest) {
    settings.erase(limit);
    return settings;
  }
  for (const auto& knob : space_.knobs()) {  // the least of those that do the same
    if (knob.name() != "max-length") continue;
    for (const auto& value : knob.values()) {
      if (std::stoll(value) >= longest && std::stoll(value) < std::stoll(limit->second)) {
        limit->second = value;
      }
    }
  }
  return settings;
}

}  // namespace mnemo
