// How any model is trained, as options.
#pragma once

#include <cstdint>

#include "app/settings/option_set.h"
#include "app/training/class_loss.h"
#include "app/training/fit.h"
#include "models/initialization.h"

namespace mnemo {

// `forget-bias`, `dense-init`, `recurrent-init`
void describe(OptionSet& set, InitializationOptions& options);
// `embedding-std`, and these
void describe_with_embedding(OptionSet& set, InitializationOptions& options);

// `epochs`, `patience`, `stop-after`, `keep`, `schedule` and its like, `clip-norm`
void describe(OptionSet& set, FitOptions& options);

// `optimizer`, `learning-rate`, `momentum`, `nesterov`, `weight-decay`
void describe(OptionSet& set, OptimizerOptions& options);

// `label-smoothing`, `class-weights`, `sampling`
void describe(OptionSet& set, ClassLossOptions& options);

// `batch-size`, of `what`; `least`: 0 where that stands for all of them
void describe_batch_size(OptionSet& set, int64_t& size, int64_t least, const char* what);

// `seed`, of a training
void describe_seed(OptionSet& set, uint64_t& seed);
// `split-seed`, of what is held out of `rows`; 0: `seed`
void describe_split_seed(OptionSet& set, int64_t& seed, const char* rows);

// `valid-share`
void describe_valid_share(OptionSet& set, double& share, Range<double> range, const char* help);

// `aux-weight`
void describe_aux_weight(OptionSet& set, double& weight);

// `softmax-draws`
void describe_softmax_draws(OptionSet& set, int64_t& draws, const char* help);

// `preset`
template <typename Preset>
void describe_preset(OptionSet& set, Preset& preset) {
  set.choice("preset", preset, "settings to start from");
}

// Throws SettingError for options that the chosen schedule does not use.
void require_consistent_schedule(const OptionSet& set, const ScheduleOptions& options);

}  // namespace mnemo
