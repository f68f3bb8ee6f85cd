// Leads from a file to the windows that a forecaster trains, validates and is tested on.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "app/tasks/forecast/forecast_rows.h"
#include "app/tasks/forecast/forecast_settings.h"
#include "app/tasks/forecast/train_forecast_options.h"
#include "datasets/number_table.h"
#include "datasets/row_sketch.h"
#include "mnemo/reporter.h"

namespace mnemo {

struct ForecastData {
  ForecastSettings settings;
  NumberTable table;  // without its values, which stand in `rows`
  std::shared_ptr<const ForecastRows> rows;
  // Origins of windows. Without rows to validate on `valid` holds those of the test part.
  std::vector<int64_t> train, valid, test;
  RowSketch seen;  // the rows of the training and validation part
  int64_t train_rows = 0, valid_rows = 0, test_rows = 0;
};

// Reads `train`, splits it in time order and fits scaling and season on its training part. Throws
// Error when a part has too few rows for a window, UsageError for a target or feature that the file
// does not have. `warn` hears of constant columns and of what the table warns of.
ForecastData read_forecast_data(const TrainForecastOptions& options, const Warn& warn);

}  // namespace mnemo
