// The Monash archive's .tsf files as tables of a forecaster: a line is a series, and its values are
// the rows of the one column "value".
#pragma once

#include <filesystem>

#include "datasets/number_table.h"
#include "datasets/table_columns.h"

namespace mnemo {

inline constexpr const char* kTsfColumn = "value";

bool is_tsf(const std::filesystem::path& path);

// Rows have times where the file has a `start_timestamp` and a @frequency; the first other
// attribute names the series. Of `options` it takes what the future is. Throws Error, naming file
// and line.
TableColumns read_tsf_columns(const std::filesystem::path& path, const NumberTableOptions& options);

}  // namespace mnemo
