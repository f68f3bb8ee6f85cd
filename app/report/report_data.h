// All that the report of a run shows, read from its folder.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "app/settings/task.h"
#include "app/support/setting_names.h"

namespace mnemo {

// `task`: the run's. `defaults`: its settings as mnemo has them, in a config file's form. `shown`
// gives remedies the form of the report. A part that a run does not have, such as a diagnosis, is
// left out. Throws Error for what is no run folder.
nlohmann::json report_data(const std::filesystem::path& run, Task task, const std::string& defaults,
                           const MessageForm& shown);

}  // namespace mnemo
