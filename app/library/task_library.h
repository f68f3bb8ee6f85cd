// A row a task says what the library does for it, so that a new task is a new row. A language model
// is trained and nothing else: what only tasks with answers have is null of it.
#pragma once

#include <string>
#include <vector>

#include "app/library/model_evaluation.h"
#include "app/runs/stored_model.h"
#include "app/settings/settings_text.h"
#include "app/settings/task.h"
#include "app/tasks/frame/import.h"
#include "mnemo/settings.h"

namespace mnemo {

struct TaskLibrary {
  Task task;
  const char* class_name;  // of the public library's class that loads such models
  // Throws UsageError for what the readers of its files do not take; see FileReading.
  void (*require_reading)(const Settings& given);
  Evaluation (*evaluate)(StoredModel model, const EvaluationRequest& request, Reporter& reporter);
  bool evaluates_windows = false;  // and takes EvaluationRequest::rolling
  // Makes the bytes of an exported file of a run.
  std::string (*export_run)(const StoredModel& run);
  // Reads a model that was trained elsewhere.
  ReadImport import_model;
  // The settings of a training, as that preset has them.
  std::vector<SettingInfo> (*settings)(const std::string& preset);
};

const TaskLibrary& library_of(Task task);

// The task of that name whose models give answers; throws UsageError, naming those, for none.
Task answering_task(const std::string& name);

}  // namespace mnemo
