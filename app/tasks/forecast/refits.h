// A back-test whose model is trained anew before each origin.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

#include "app/runs/stored_model.h"
#include "app/settings/compute.h"
#include "app/tasks/forecast/forecast_parts.h"
#include "app/tasks/forecast/forecast_predictor.h"
#include "datasets/number_table.h"
#include "mnemo/reporter.h"

namespace mnemo {

// Makes the predictor of a model that was trained on the rows of a table.
using Refit = std::function<ForecastPredictor(const NumberTable& before)>;

// Trains as `run` was trained, with its settings, window and season, where `compute` says, in a
// folder of its own that is gone afterwards. All rows train, but for the share of them that the run
// holds out to validate on; of a run that holds out none the last horizon of each series is left
// out. Refits of a run that began with other weights (`init-from`, `init-weights`) begin without
// them, which `warn` hears. `should_stop` (may be empty) is asked after each step: true ends
// the refit with Error. Throws Error for an exported file, which does not know its settings,
// and what a training throws.
Refit refit_of(const StoredModel& run, const ForecastSettings& settings,
               const ComputeOptions& compute, const Warn& warn,
               const std::function<bool()>& should_stop = {});

// Keeps windows before which some series has rows enough to train on. `warn` hears how many
// are left out; throws Error when all are.
PartWindows windows_to_refit(const ForecastSettings& settings, const NumberTable& table,
                             const PartWindows& windows, const Warn& warn);

// Forecasts of all `windows`, those of one moment by one refit on the rows of all series before it.
// The moment is the time of the origin, or in a table without times its number within its series.
Forecasts forecast_by_refits(const ForecastSettings& settings, const NumberTable& table,
                             const PartWindows& windows, const Refit& refit,
                             const std::function<void(int64_t)>& progress);

// The first rows of each series, those before its end in `ends`; series without any are left out.
NumberTable rows_before(const NumberTable& table, std::span<const int64_t> ends);

}  // namespace mnemo
