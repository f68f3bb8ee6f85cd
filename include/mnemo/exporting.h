// A run as one file that any PyTorch loads without mnemo.
#pragma once

#include <filesystem>

#include "mnemo/error.h"

namespace mnemo {

enum class ExistingFile { refuse, replace };

// Writes the TorchScript file that `mnemo export` writes, checked against the run: at `file` stands
// either all of it or what stood there before. Throws Error for what is no run folder, for a file
// that is there already (unless it is to be replaced), and for a folder that cannot be written to;
// UsageError for a file named .onnx or .pt2, which are made by scripts. Safe to call from many
// threads at once, of one run too.
void export_run(const std::filesystem::path& run, const std::filesystem::path& file,
                ExistingFile existing = ExistingFile::refuse);

}  // namespace mnemo
