// Reader of series as CSV in long form, behind read_labelled_series: a row is a step of the series
// that the id column names, a column is a feature or a target.
#pragma once

#include <filesystem>

#include "datasets/labelled_series.h"

namespace mnemo {

// Rows of different series may be mixed; those of one are its steps in the file's order. Tabs
// divide the fields of a file whose name ends in .tsv. If targets are ignored (Targets::ignored),
// their columns may be missing; where they are there, they are no features.
LabelledSeries read_series_csv(const std::filesystem::path& path,
                               const SeriesReaderOptions& options, Targets targets);

}  // namespace mnemo
