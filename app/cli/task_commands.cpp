#include "app/cli/task_commands.h"

#include <array>

namespace mnemo {

TaskCommands commands_of(Task task) {
  return row_of(
      std::array{text_commands(), series_commands(), forecast_commands(), language_commands()},
      task);
}

}  // namespace mnemo
