// The training of a forecaster: from a table of numbers to what run_training() fits.
#pragma once

#include <memory>

#include "app/settings/compute.h"
#include "app/tasks/forecast/train_forecast_options.h"
#include "app/tasks/frame/trainer.h"
#include "mnemo/reporter.h"

namespace mnemo {

// Reads the table, splits it, fits scaling and season, and starts the model. `reporter` outlives
// the trainer. Throws Error for data that make no training.
std::unique_ptr<Trainer> make_trainer(TrainForecastOptions options, const Compute& compute,
                                      Reporter& reporter);

}  // namespace mnemo
