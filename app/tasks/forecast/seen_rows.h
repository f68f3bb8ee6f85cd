// Knows again the rows that a forecaster was trained on, in a file that has grown since, say.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "app/tasks/forecast/forecast_settings.h"
#include "datasets/number_table.h"
#include "datasets/row_sketch.h"
#include "datasets/windows.h"

namespace mnemo {

// A sketch of the rows of the training and validation part, which weights are learnt and chosen by.
// A row is known by its time and the targets' values, without times by the values of some rows
// before it, too.
RowSketch sketch_seen_rows(const NumberTable& table, const ForecastSettings& settings,
                           std::span<const SeriesParts> parts);

// The end, in each series of a table, of the rows that the sketch has: the row behind the last one
// of them, or where the series begins.
std::vector<int64_t> ends_of_seen_rows(const NumberTable& table, const ForecastSettings& settings,
                                       const RowSketch& seen);

}  // namespace mnemo
