#include "app/cli/search_command.h"

#include <csignal>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"

namespace mnemo {

int search_command(const SearchCommand& command, const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front() == "--help" || arguments.front() == "-h") {
    print_result(command.usage);
    return arguments.empty() ? 2 : 0;
  }
  const Task task = task_named(command.name, arguments.front());
  auto table = command.table(enum_name(task));
  std::vector<std::string> own(arguments.begin() + 1, arguments.end());
  auto training = table.take_foreign(own);
  if (!table.parse(own)) {
    print_result(table.help());
    return 0;
  }
  if (table.given("resume")) {  // what is not given again is as it was
    const auto before = SearchFolder::remembered(table.value("out"));
    for (const auto& [name, value] : before.own) {
      if (!table.given(name)) table.give(name, value);
    }
    table.assign_fields();
    if (training.empty()) training = before.training;
  }
  SearchArguments given{.own = table.given_values(), .training = training};
  for (const char* once : {"out", "resume", "overwrite", "quiet", "print-space"}) {
    given.own.erase(once);
  }
  std::signal(SIGCHLD, SIG_DFL);  // which who started this program may have had it ignore
  return command.run(task, training, given);
}

}  // namespace mnemo
