// The files that `mnemo tune` leaves on disk.
#pragma once

#include <filesystem>

#include "app/cli/console.h"
#include "app/search/trial_book.h"
#include "app/settings/task.h"

namespace mnemo {

// Makes `out` the best trial's run, with its report; ends it first where it paused. Needs a trial
// that has been validated.
void publish_best(TrialBook& book, Task task, const std::filesystem::path& out, Console& console);

// Removes the weights that nobody will ask for after the end of a search: of complete trials beside
// the frontier of loss, size and time.
void clear_trials(const TrialBook& book, TuneGoal goal);

}  // namespace mnemo
