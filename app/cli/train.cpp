// mnemo train TASK.
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/task_commands.h"

namespace mnemo {
namespace {

std::string train_usage() {
  return fmt::format(
      "usage: mnemo train TASK --train FILE --out RUN [options]\n\n{}\n"
      "mnemo train TASK --help shows the options of each.\n",
      list_of_tasks());
}

}  // namespace

int train_command(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front() == "--help" || arguments.front() == "-h") {
    print_result(train_usage());
    return arguments.empty() ? 2 : 0;
  }
  const Task task = task_named("train", arguments.front());
  return commands_of(task).training.train({arguments.begin() + 1, arguments.end()});
}

}  // namespace mnemo
