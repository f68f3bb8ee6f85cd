// The settings of `mnemo train TASK` for commands that train by it.
#pragma once

#include <string>
#include <vector>

#include "app/settings/settings_text.h"
#include "app/settings/task.h"

namespace mnemo {

// The resolved settings of `mnemo train TASK ARGUMENTS`, as a config file. Throws UsageError for
// what that command refuses.
std::string resolved_settings(Task task, const std::vector<std::string>& arguments);

// The same of ARGUMENTS with `changes` in the place of what they say of the same options.
std::string changed_settings(Task task, const std::vector<std::string>& arguments,
                             const Settings& changes);

}  // namespace mnemo
