// What the training of any task shares, once model and batches stand.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>

#include "app/compute.h"
#include "app/console.h"
#include "app/task.h"
#include "app/training/checkpoint.h"
#include "app/training/fit.h"
#include "app/training/run_folder.h"

namespace mnemo {

// What meta.json says of a run besides its machine and versions.
struct RunDescription {
  Task task = Task::text;
  nlohmann::json settings = {};  // of the model
  nlohmann::json data = {};      // files, their hashes, and how many samples they gave
};

// Whether --resume finds a run in `out` that is complete, which it says. Throws Error when that one
// diverged, since it would again.
bool is_finished(const std::string& out, const CheckpointOptions& options, Console& console);

IfExists if_exists(bool overwrite, const CheckpointOptions& options);

// Trains, from a checkpoint in `folder` if the options say so and there is one, keeps the run
// there, says how it ended, and returns the exit code. Ctrl-C and SIGTERM end it after the step at
// hand. Throws Error when the training diverged. `start` is when the command began.
int run_training(Objective& objective, BatchSource& train, BatchSource& valid,
                 const OptimizerOptions& optimizer, const FitOptions& fit_options,
                 const Compute& compute, RunDescription description,
                 const CheckpointOptions& checkpoints, RunFolder& folder, Console& console,
                 std::chrono::steady_clock::time_point start);

}  // namespace mnemo
