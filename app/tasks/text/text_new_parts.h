// The parts that a training of a classifier of texts cannot take over from an earlier run.
#pragma once

#include "app/tasks/start/run_differences.h"
#include "app/tasks/text/text_settings.h"

namespace mnemo {

// The parameters that answer, where the answers are others: labels. `run` may be null: nothing is
// new then. `warn` hears of settings that no shape tells and that were others when the run was
// trained.
NewParts new_parts(const StoredModel* run, const TextSettings& settings, const Warn& warn);

}  // namespace mnemo
