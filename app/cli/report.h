// Reports of runs: what training ends with, and `mnemo report` makes again.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mnemo {

// The settings of a task that nobody changed, as a config file. `task` as meta.json has it.
std::string default_settings(const std::string& task);

// The page of one run, or of several compared.
std::string make_report(const std::vector<std::filesystem::path>& runs);

// Writes the run's page into its folder.
void write_report(const std::filesystem::path& run);

}  // namespace mnemo
