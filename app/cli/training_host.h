// A training that the command line runs.
#pragma once

#include <string>

#include "app/cli/console.h"
#include "app/cli/train_request.h"
#include "app/tasks/frame/frame.h"

namespace mnemo {

// How to train what the command line asked for.
template <typename Options>
TrainingPlan plan_of(const TrainRequest<Options>& request, const std::string& task) {
  TrainingPlan plan = plan_of(request.options, request.config_text, task);
  plan.find_learning_rate = request.switches.find_learning_rate;
  plan.report = request.switches.report;
  plan.limits = request.switches.limits;
  return plan;
}

// Runs the training, where Ctrl-C and SIGTERM end the training after the step at hand, and returns
// the exit code.
int train(const TrainingPlan& plan, const MakeTrainer& make_trainer, Console& console);

}  // namespace mnemo
