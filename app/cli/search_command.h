// The command line of a search over many trainings: a task, options of the search, and those of
// `mnemo train TASK` that all its trainings have in common.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/cli/option_table.h"
#include "app/cli/search_folder.h"
#include "app/settings/task.h"

namespace mnemo {

struct SearchCommand {
  std::string name;                                           // e.g. "tune"
  std::string usage;                                          // what to say without a task
  std::function<OptionTable(const std::string& task)> table;  // of the search's own options
  // `training`: the other options. `given`: all of them, for SearchFolder::remember(). Answers the
  // exit code.
  std::function<int(Task task, const std::vector<std::string>& training,
                    const SearchArguments& given)>
      run;
};

// Reads `arguments` and runs the command, or prints its help. Answers the exit code.
int search_command(const SearchCommand& command, const std::vector<std::string>& arguments);

}  // namespace mnemo
