// The training of a model of numeric series: from labelled series to what run_training() fits.
#pragma once

#include <memory>

#include "app/settings/compute.h"
#include "app/tasks/frame/trainer.h"
#include "app/tasks/series/train_series_options.h"
#include "mnemo/reporter.h"

namespace mnemo {

// Reads the series, fits scaling and the linear part, and starts the model. Throws Error for data
// that make no training.
std::unique_ptr<Trainer> make_trainer(TrainSeriesOptions options, const Compute& compute,
                                      Reporter& reporter);

}  // namespace mnemo
