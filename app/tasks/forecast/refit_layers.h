// Trains a forecaster anew on all rows but the test part, once the rows held out have told for how
// many epochs.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "app/tasks/forecast/forecast_objective.h"
#include "app/tasks/forecast/forecast_settings.h"
#include "app/tasks/frame/trainer.h"
#include "app/training/fit.h"
#include "datasets/number_table.h"
#include "mnemo/reporter.h"
#include "models/safetensors.h"

namespace mnemo {

struct RefitResult {
  int64_t epochs = 0, windows = 0, steps = 0;
};

// Origins of the windows of the training and validation part, those across their border, too.
std::vector<int64_t> origins_before_test(const NumberTable& table,
                                         const ForecastSettings& settings);

// A training that begins as another one did.
struct RefitStart {
  const ForecastSettings& settings;  // of the model as it was at the start
  const NamedTensors& start;         // its weights then
  const OptimizerOptions& optimizer;
  FitOptions fit;  // as of the first training
  const FitUntilStopped& until_stopped;
};

// Trains a model on `all` for `epochs` of refit.fit's epochs, by its schedule, and copies what its
// layers have learnt to `model`, whose other parts stay. `objective` trains the model that it is
// given. Nothing, with a warning, where the training diverges or is stopped: `model` then stays as
// it was.
std::optional<RefitResult> refit_layers(
    ForecasterModule& model, const RefitStart& refit, int64_t epochs, WindowBatches& all,
    const std::function<ForecastObjective(ForecasterModule)>& objective, Reporter& reporter);

nlohmann::json to_json(const RefitResult& result);

}  // namespace mnemo
