// A run as one self-contained TorchScript file: what `mnemo export` and the library's export_run()
// write.
#pragma once

#include <filesystem>
#include <string>

#include "app/runs/stored_model.h"

namespace mnemo {

struct ExportTarget {
  std::filesystem::path run, out;
  bool overwrite = false;
  std::string option = {};  // before the file's name in messages
  std::string remedy;       // for a file that exists
};

// Throws Error unless `run` is a folder and `out` can be written to, UsageError for endings of
// other formats.
void require_export_target(const ExportTarget& target);

// The bytes of the file. Throws Error when the file would not answer as the run does.
std::string exported_bytes(const StoredModel& run);

// The ways of the tasks.
std::string export_text(const StoredModel& run);
std::string export_series(const StoredModel& run);
std::string export_forecast(const StoredModel& run);

}  // namespace mnemo
