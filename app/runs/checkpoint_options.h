// A training's run folder and its checkpoints as options.
#pragma once

#include "app/runs/checkpoint.h"
#include "app/settings/option_set.h"

namespace mnemo {

// `out`, whose `help` says what the folder holds, and `overwrite`
void describe_run_folder(OptionSet& set, std::string& out, bool& overwrite, const char* help);

// Throws SettingError when `out` is empty.
void require_run_folder(const std::string& out);

// `checkpoint-every`, `on-checkpoint-error`, `resume`, `pause-after`, under a heading of their own
void describe(OptionSet& set, CheckpointOptions& options);

// Throws SettingError for what is no plan, and for `resume` beside `overwrite`.
void require_consistent_checkpoints(const OptionSet& set, const CheckpointOptions& options);

}  // namespace mnemo
