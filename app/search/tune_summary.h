// Tells people what a search has found.
#pragma once

#include <string>

#include "app/search/search_space.h"
#include "app/search/trial_book.h"

namespace mnemo {

// How many trials, the best one's settings beside those it began with, the importance of the knobs,
// and the trials that no other beats in goal, size and time for an answer. `base`: all settings of
// the first trial.
std::string summarize(const TrialBook& book, const SearchSpace& space, const Settings& base,
                      TuneGoal goal);

// The trials that no other one beats in all of value, bytes and milliseconds, by value.
std::vector<const Trial*> frontier(const TrialBook& book, TuneGoal goal);

}  // namespace mnemo
