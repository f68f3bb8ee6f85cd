// A row a task says what each command does for it, so that a new task is a new row.
#pragma once

#include <string>
#include <vector>

#include "app/cli/explain.h"
#include "app/cli/predict.h"
#include "app/runs/stored_model.h"
#include "app/settings/settings_text.h"
#include "app/settings/task.h"
#include "app/tasks/frame/import.h"

namespace mnemo {

struct TaskCommands {
  Task task;
  // Trains as the arguments of `mnemo train TASK` say, and returns the exit code.
  int (*train)(const std::vector<std::string>& arguments);
  // The settings that these arguments come to, as a config file.
  std::string (*resolved_settings)(const std::vector<std::string>& arguments);
  // The settings that nobody changed, in the same form.
  std::string (*default_settings)();
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
  // Reads a model that was trained elsewhere.
  ReadImport import_model;
};

TaskCommands text_commands();
TaskCommands series_commands();
TaskCommands forecast_commands();

TaskCommands commands_of(Task task);

}  // namespace mnemo
