// The parts that a training of a forecaster cannot take over from an earlier run.
#pragma once

#include "app/tasks/forecast/forecast_settings.h"
#include "app/tasks/start/run_differences.h"

namespace mnemo {

// The parameters that answer, where the answers are others: targets, horizon, quantiles. `run` may
// be null: nothing is new then. `warn` hears of settings that no shape tells and that were others
// when the run was trained. Throws Error when its features are others.
NewParts new_parts(const StoredModel* run, const ForecastSettings& settings, const Warn& warn);

}  // namespace mnemo
