// Quantiles that hold: what they are off by on windows held out is added to them (split conformal
// prediction of quantiles, Romano et al. 2019, each quantile by itself).
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "app/tasks/forecast/forecast_objective.h"

namespace mnemo {

struct CalibrationResult {
  int64_t windows = 0;
  LossSum valid = {};  // of the quantiles as they are then
};

// Adds to each quantile of each step of the horizon, but the one that speaks for the centre, the
// like quantile of its errors on the windows of `valid`, where that moves it away from the centre;
// of few windows those of neighbouring steps count, too. Nothing where there are too few to tell.
std::optional<CalibrationResult> calibrate_quantiles(ForecasterModule& model,
                                                     const ForecastObjective& objective,
                                                     const std::vector<double>& quantiles,
                                                     WindowBatches& valid);

nlohmann::json to_json(const CalibrationResult& result);

}  // namespace mnemo
