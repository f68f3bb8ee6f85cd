// How the command line says what a file for a trained model is.
#pragma once

#include "app/cli/option_table.h"
#include "app/library/file_reading.h"

namespace mnemo {

// Returns what the command line set of the way to read a file; all arguments outlive the answer.
// The delimiter is that of `numbers`, and quotes are as in `text`.
FileReading file_reading(const OptionTable& table, const TextReaderOptions& text,
                         const SeriesReaderOptions& series, const NumberTableOptions& numbers);

}  // namespace mnemo
