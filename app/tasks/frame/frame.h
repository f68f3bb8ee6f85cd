// The training of any task, from its options to its run folder.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "app/diagnosis/diagnosis_options.h"
#include "app/runs/checkpoint.h"
#include "app/settings/compute.h"
#include "app/settings/task.h"
#include "app/tasks/frame/trainer.h"
#include "app/training/model_limits.h"
#include "mnemo/reporter.h"

namespace mnemo {

// How to train, whatever the task.
struct TrainingPlan {
  Task task = Task::text;
  std::string out = {};  // the run folder
  bool overwrite = false;
  std::string config_text = {};  // the resolved settings, which the run folder keeps
  OptimizerOptions optimizer = {};
  CheckpointOptions checkpoints = {};
  DiagnosisOptions diagnosis = {};
  ComputeOptions compute = {};
  Cell cell = Cell::lstm;           // of the model, by which a precision is chosen
  bool find_learning_rate = false;  // try learning rates and keep nothing
  bool report = true;               // leave one with the run
  ModelLimits limits = {};
};

// How to train by the options of a task, whose resolved settings are in `config_text`.
template <typename Options>
TrainingPlan plan_of(const Options& options, std::string config_text) {
  TrainingPlan plan{.task = Options::kTask,
                    .out = options.out,
                    .overwrite = options.overwrite,
                    .config_text = std::move(config_text),
                    .optimizer = options.optimizer,
                    .checkpoints = options.checkpoint,
                    .compute = options.compute};
  if constexpr (requires { options.diagnosis; }) plan.diagnosis = options.diagnosis;
  if constexpr (requires { options.model.encoder; }) {
    plan.cell = options.model.encoder.cell;
  } else {
    plan.cell = options.model.cell;
  }
  return plan;
}

// The program that a training runs in.
class TrainingHost {
 public:
  virtual ~TrainingHost() = default;
  // Hears what happens.
  virtual Reporter& reporter() = 0;
  // Takes a result, as against what is said while it is sought.
  virtual void print(const std::string& result) = 0;
  // Hears how many seconds the steps of a search for a learning rate took.
  virtual void note_rate_search(double) {}
  // Writes a run's page into its folder, where there is a program that makes pages.
  virtual void write_report(const std::filesystem::path&) {}
  // See FitUntilStopped.
  using Fit = StoppableFit;
  virtual FitResult fit_until_stopped(const Fit& fit) = 0;
};

struct TrainingOutcome {
  FitEnd end = FitEnd::finished;
  bool keeps_weights = false;  // the folder holds some of this training's
};

// Reads the data and makes the model; called once the run folder is known to be free.
using MakeTrainer = std::function<std::unique_ptr<Trainer>(const Compute& compute)>;

// Trains, from a checkpoint in the run folder if the plan says so and there is one, keeps the run
// there, says how it ended, and returns that. A run that is finished already is left as it is, but
// for a report that it lacks. Throws Error when the training diverged, and whatever RunFolder and
// the trainer throw. Or tries learning rates, if that is the plan, and writes nothing to the
// folder. LibTorch computes with as many threads as the caller has set it to, which should be those
// of the plan.
TrainingOutcome run_training(const TrainingPlan& plan, const MakeTrainer& make_trainer,
                             TrainingHost& host);

// The same by the options of a task, whose folder has a make_trainer() for them.
template <typename Options>
TrainingOutcome run_training_by(const Options& options, const TrainingPlan& plan,
                                TrainingHost& host) {
  const auto make = [&](const Compute& compute) {
    return make_trainer(options, compute, host.reporter());
  };
  return run_training(plan, make, host);
}

}  // namespace mnemo
