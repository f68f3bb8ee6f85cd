// A row a task says what each command does for it, so that a new task is a new row. A language
// model is trained and described: the rest is null of it.
#pragma once

#include <string>
#include <vector>

#include "app/cli/explain.h"
#include "app/cli/predict.h"
#include "app/cli/training_host.h"
#include "app/runs/stored_model.h"
#include "app/settings/settings_text.h"
#include "app/settings/task.h"

namespace mnemo {

struct TaskCommands {
  Task task;
  const char* purpose;      // what is trained, in the usages of commands: "classify texts"
  const char* in_overview;  // the lines of its training in `mnemo --help`
  TrainingCommands training;
  // The changes to resolved settings by which something is held out to choose by; see
  // held_out_rows().
  Settings (*held_out_rows)(const Settings& base);
  // These two print as they go.
  void (*predict)(StoredModel model, const PredictOptions& options, const OptionTable& table,
                  Console& console);
  void (*explain)(const StoredModel& model, const ExplainOptions& options, const OptionTable& table,
                  Console& console);
  // Some lines on what the model is.
  std::string (*describe)(const StoredModel& stored);
};

TaskCommands text_commands();
TaskCommands series_commands();
TaskCommands forecast_commands();
TaskCommands language_commands();

TaskCommands commands_of(Task task);

// A line each for the tasks whose models give answers: the name and the purpose.
std::string list_of_tasks();

// The lines of `mnemo --help` on the trainings of all tasks.
std::string overview_of_trainings();

}  // namespace mnemo
