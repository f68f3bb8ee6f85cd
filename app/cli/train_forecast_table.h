// The command line of `mnemo train forecast`.
#pragma once

#include <string>
#include <vector>

#include "app/cli/train_request.h"
#include "app/tasks/forecast/train_forecast_options.h"

namespace mnemo {

// Throws UsageError.
TrainRequest<TrainForecastOptions> parse_train_forecast(const std::vector<std::string>& arguments);

}  // namespace mnemo
