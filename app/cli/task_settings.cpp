#include "app/cli/task_settings.h"

#include <fmt/format.h>

#include "app/cli/task_commands.h"

namespace mnemo {

std::string resolved_settings(Task task, const std::vector<std::string>& arguments) {
  return commands_of(task).training.resolved_settings(arguments);
}

std::string changed_settings(Task task, const std::vector<std::string>& arguments,
                             const Settings& changes) {
  std::vector<std::string> changed;
  bool is_replaced = false;  // the option whose value an argument may be
  for (const auto& argument : arguments) {
    if (argument.starts_with("--")) {
      is_replaced = changes.contains(argument.substr(2, argument.find('=') - 2));
    }
    if (!is_replaced) changed.push_back(argument);
  }
  for (const auto& [name, value] : changes) changed.push_back(fmt::format("--{}={}", name, value));
  return resolved_settings(task, changed);
}

}  // namespace mnemo
