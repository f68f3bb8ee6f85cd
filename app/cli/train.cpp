// mnemo train TASK.
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "mnemo/error.h"

namespace mnemo {

int train_command(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front() == "--help" || arguments.front() == "-h") {
    print_result(
        "usage: mnemo train text --train FILE --out RUN [options]\n\n"
        "mnemo train text --help shows the options.\n");
    return arguments.empty() ? 2 : 0;
  }
  if (arguments.front() == "text") {
    return train_text_command({arguments.begin() + 1, arguments.end()});
  }
  throw UsageError(
      fmt::format("mnemo train {}: there is no such task; the tasks are: text", arguments.front()));
}

}  // namespace mnemo
