// Models of each task for the tests of the public library, trained by the program, and the data
// they are asked about.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mnemo/mnemo.h"
#include "tests/cli/cli_support.h"

namespace mnemo {

// Trained at the first call, for all tests of the program. Never change them. The classifier of
// texts is trained_run() of tests/cli/cli_support.h.
struct LibraryModels {
  std::filesystem::path series, series_export;      // of motions: labels
  std::filesystem::path numbers;                    // of means.csv: two numbers of a series
  std::filesystem::path forecast, forecast_export;  // of load.csv: quantiles, calendar, two series
  std::filesystem::path means_csv, load_csv;
};
const LibraryModels& library_models();

// load.csv as rows in memory.
Rows load_rows();

inline const LoadOptions kOneThread{.threads = 1};

}  // namespace mnemo
