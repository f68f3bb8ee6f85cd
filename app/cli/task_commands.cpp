#include "app/cli/task_commands.h"

#include "mnemo/error.h"

namespace mnemo {

TaskCommands commands_of(Task task) {
  for (const auto& commands : {text_commands(), series_commands(), forecast_commands()}) {
    if (commands.task == task) return commands;
  }
  throw Error("unhandled task");
}

}  // namespace mnemo
