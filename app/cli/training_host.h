// A training that the command line runs.
#pragma once

#include <string>
#include <utility>

#include "app/cli/console.h"
#include "app/cli/train_request.h"
#include "app/tasks/frame/frame.h"

namespace mnemo {

// How to train what the command line asked for; `cell`: of the model.
template <typename Options>
TrainingPlan plan_of(const TrainRequest<Options>& request, std::string task, Cell cell) {
  const Options& options = request.options;
  TrainingPlan plan{.task = std::move(task),
                    .out = options.out,
                    .overwrite = options.overwrite,
                    .config_text = request.config_text,
                    .optimizer = options.optimizer,
                    .checkpoints = options.checkpoint,
                    .compute = options.compute,
                    .cell = cell,
                    .find_learning_rate = request.find_learning_rate,
                    .report = request.report,
                    .limits = request.limits};
  if constexpr (requires { options.diagnosis; }) plan.diagnosis = options.diagnosis;
  return plan;
}

// Runs the training, where Ctrl-C and SIGTERM end the training after the step at hand, and returns
// the exit code.
int train(const TrainingPlan& plan, const MakeTrainer& make_trainer, Console& console);

}  // namespace mnemo
