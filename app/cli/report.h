// Writes the report that a training ends with and `mnemo report` makes again.
#pragma once

#include <filesystem>

namespace mnemo {

// Writes the run's page into its folder.
void write_report(const std::filesystem::path& run);

}  // namespace mnemo
