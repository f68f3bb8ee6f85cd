// What the training of any task shares, once model and batches stand.
#pragma once

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "app/diagnosis/recorder.h"
#include "app/runs/checkpoint.h"
#include "app/runs/run_folder.h"
#include "app/runs/training_log.h"
#include "app/settings/compute.h"
#include "app/support/console.h"
#include "app/training/fit.h"
#include "app/training/model_limits.h"

namespace mnemo {

// What meta.json says of a run besides its machine and versions.
struct RunDescription {
  std::string task = {};          // its name
  nlohmann::json settings = {};   // of the model
  nlohmann::json data = {};       // files, their hashes, and how many samples they gave
  nlohmann::json lengths = {};    // of the samples, to tell; null: nothing to tell
  nlohmann::json fitted = {};     // how parts fared that were found before the rest learns; or null
  int64_t fitted_parameters = 0;  // of those parts
};

// How to train, besides the model and its data.
struct TrainingPlan {
  OptimizerOptions optimizer = {};
  FitOptions fit = {};
  CheckpointOptions checkpoints = {};
  DiagnosisOptions diagnosis = {};
  Compute compute = {};
  std::vector<ParameterPace> paces = {};  // of each parameter of the model; empty: all alike
  bool find_learning_rate = false;
  bool report = true;  // leave one with the run
  ModelLimits limits = {};
  // Trains what joins the model once its fit is complete, or when it is paused, to tell what that
  // would bring; nothing where nothing does. Empty: no part is to join.
  std::function<std::optional<LateAddition>()> after_fit = {};
  double late_bytes = 0.0;  // of its weights, as far as that is known before
  // What the finished run, which its folder holds, answers on rows held out; for its report.
  std::function<nlohmann::json()> answers = {};
};

// Whether --resume finds a run in `folder` with which nothing is left to do, which it says; a run
// that is to have a report, and was cut off before it had one, is not such. Throws Error when that
// one diverged, since it would again, and when no training made it.
bool is_finished(RunFolder& folder, const CheckpointOptions& options, bool report,
                 Console& console);

// What may happen to a run that stands there already.
IfExists if_exists(bool overwrite, bool find_learning_rate, const CheckpointOptions& options);

// Trains, from a checkpoint in `folder` if the plan says so and there is one, keeps the run there,
// says how it ended, and returns the exit code. Ctrl-C and SIGTERM end it after the step at hand.
// Of a run that is finished it makes the report. Throws Error when the training diverged. `start`
// is when the command began. Or tries learning rates, if that is the plan, and writes nothing to
// `folder`.
int run_training(Objective& objective, BatchSource& train, BatchSource& valid,
                 const TrainingPlan& plan, RunDescription description, RunFolder& folder,
                 Console& console, std::chrono::steady_clock::time_point start);

}  // namespace mnemo
