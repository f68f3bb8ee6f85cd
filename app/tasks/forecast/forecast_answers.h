// The answers of a forecaster that has just been trained, on rows that it was not trained on, for
// its report.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/tasks/forecast/forecast_rows.h"
#include "app/tasks/forecast/train_forecast_options.h"

namespace mnemo {

// Takes the test part, or the validation part where there is none: forecasts of all windows, and of
// some rows of the first targets one forecast after the other. `table` and `rows` are what the
// training read of its file, which may be gone by now; the values of `table` are not needed.
nlohmann::json forecast_answers(const std::filesystem::path& run,
                                const TrainForecastOptions& options, const NumberTable& table,
                                const ForecastRows& rows, bool has_test_part);

}  // namespace mnemo
