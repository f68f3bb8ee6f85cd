// How the command line says what a file of series is.
#pragma once

#include <string>

#include "app/cli/option_table.h"
#include "datasets/number_table.h"
#include "datasets/series/labelled_series.h"

namespace mnemo {

// `--missing` as series know it; throws UsageError for what only forecasts know.
MissingSteps missing_steps(MissingValues missing);

}  // namespace mnemo
