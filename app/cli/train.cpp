// mnemo train TASK.
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/task_commands.h"

namespace mnemo {
namespace {

constexpr const char* kTrainUsage = R"(usage: mnemo train TASK --train FILE --out RUN [options]

  text       classify texts
  series     classify numeric series, or find numbers for them
  forecast   forecast time series

mnemo train TASK --help shows the options of each.
)";

}  // namespace

int train_command(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front() == "--help" || arguments.front() == "-h") {
    print_result(kTrainUsage);
    return arguments.empty() ? 2 : 0;
  }
  const Task task = task_named("train", arguments.front());
  return commands_of(task).training.train({arguments.begin() + 1, arguments.end()});
}

}  // namespace mnemo
