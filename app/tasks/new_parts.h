// What a training on other data cannot take over from an earlier run's model.
#pragma once

#include "app/support/console.h"
#include "app/tasks/forecast/forecast_settings.h"
#include "app/tasks/series/series_settings.h"
#include "app/tasks/start/initial_weights.h"
#include "app/tasks/text/text_settings.h"

namespace mnemo {

// The parameters that answer, where the answers are others: labels, targets, horizon, quantiles.
// `run` may be null: nothing is new then. `warn` hears of settings that no shape tells and that
// were others when the run was trained. Throws Error when its features are others.
NewParts new_parts(const StoredModel* run, const TextSettings& settings, const Warn& warn);
NewParts new_parts(const StoredModel* run, const SeriesSettings& settings, const Warn& warn);
NewParts new_parts(const StoredModel* run, const ForecastSettings& settings, const Warn& warn);

}  // namespace mnemo
