// Reader of series as NumPy arrays in .npy files, behind read_labelled_series.
#pragma once

#include <filesystem>

#include "datasets/labelled_series.h"

namespace mnemo {

// `path` holds the values: (series, steps, features), or (series, steps) of one feature; NaN is a
// missing value. options.labels_file holds the targets, (series) or (series, K): numbers or text.
LabelledSeries read_npy(const std::filesystem::path& path, const SeriesReaderOptions& options,
                        Targets targets);

}  // namespace mnemo
