// All that the report of a run shows, read from its folder.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "app/settings/task.h"

namespace mnemo {

// `task`: the run's. `defaults`: its settings as mnemo has them, in a config file's form. A part
// that a run does not have, such as a diagnosis, is left out. Throws Error for what is no run
// folder.
nlohmann::json report_data(const std::filesystem::path& run, Task task,
                           const std::string& defaults);

}  // namespace mnemo
