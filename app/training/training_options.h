// How any model is trained, as options.
#pragma once

#include "app/settings/option_set.h"
#include "app/training/class_loss.h"
#include "app/training/fit.h"
#include "models/initialization.h"

namespace mnemo {

// `forget-bias`, `dense-init`, `recurrent-init`
void describe(OptionSet& set, InitializationOptions& options);

// `epochs`, `patience`, `stop-after`, `keep`, `schedule` and its like, `clip-norm`
void describe(OptionSet& set, FitOptions& options);

// `optimizer`, `learning-rate`, `momentum`, `nesterov`, `weight-decay`
void describe(OptionSet& set, OptimizerOptions& options);

// `label-smoothing`, `class-weights`, `sampling`
void describe(OptionSet& set, ClassLossOptions& options);

// Throws SettingError for options that the chosen schedule does not use.
void require_consistent_schedule(const OptionSet& set, const ScheduleOptions& options);

}  // namespace mnemo
