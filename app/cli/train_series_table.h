// The command line of `mnemo train series`.
#pragma once

#include <string>
#include <vector>

#include "app/cli/train_request.h"
#include "app/tasks/series/train_series_options.h"

namespace mnemo {

// Throws UsageError.
TrainRequest<TrainSeriesOptions> parse_train_series(const std::vector<std::string>& arguments);

}  // namespace mnemo
