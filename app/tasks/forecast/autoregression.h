// The linear part of a forecaster: fitted by itself, and put beside recurrent layers that have
// learnt by themselves. A sum of forecasts is better than each (Bates and Granger 1969).
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/tasks/forecast/forecast_objective.h"
#include "app/training/linear/ridge_regression.h"
#include "mnemo/reporter.h"

namespace mnemo {

struct AutoregressionOptions {
  // The penalty may lead to exponential smoothing with this season, too (1: without one), see
  // seasonal_smoothing(); 0: to nothing alone.
  int64_t season = 0;
  // Each window of a series counts half as much as one that is later by so large a share of its
  // windows; 0: all count alike.
  double half_life = 0.0;
};

// The rows of a window that are read at most, the last ones.
inline constexpr int64_t kMostAutoregressionRows = 2048;

// The half-life for many series, whose windows are scaled by themselves: the latest rows tell most
// of what comes.
inline constexpr double kHalfLife = 0.25;

// Why there can be none; empty: there can.
std::string objection_to_autoregression(const ForecasterOptions& model,
                                        const std::vector<double>& quantiles, bool holds_out);

int64_t autoregression_rows(const ForecasterOptions& model);

// Every so many-th of `origins`, so that no more than `most` are left, the last one among them.
std::vector<int64_t> thinned(const std::vector<int64_t>& origins, int64_t most);

// The penalty that is chosen on the latest windows.
struct RidgePenalty {
  double strength = 0.0;
  double smoothing = 0.0;  // that it leads to; 0: to nothing
};

struct FittedAutoregression {
  LinearMap map;
  RidgePenalty penalty;
};

// `windows`: as they stand in the table, so that the last of them are the latest, or of many series
// those of the last ones; some of those at the origins `all`.
FittedAutoregression fit_autoregression(const ForecasterModule& model, WindowBatches& windows,
                                        const std::vector<int64_t>& all,
                                        const AutoregressionOptions& options);

struct AutoregressionResult {
  RidgePenalty penalty;
  double share = 0.5;  // that the linear part counts; the layers have the rest
  LossSum recurrent_valid = {}, linear_valid = {}, valid = {};  // of each by itself, and of both
};

// Fits the linear part to the windows of `train` and puts it beside the layers of `model`, which
// has learnt already and is in evaluation mode, with the shares that lose least on the windows of
// `valid`. Nothing, and a note, where the layers do better without it.
std::optional<AutoregressionResult> add_autoregression(
    ForecasterModule& model, const ForecastObjective& objective, const WindowBatches& train,
    WindowBatches& valid, const AutoregressionOptions& options, Reporter& reporter);

// Fits the linear part once more, to the windows held out as well, and to those that forecast rows
// of both parts: when all that they are to tell is known. Returns how many of these there are.
int64_t refit_autoregression(ForecasterModule& model, const WindowBatches& train,
                             const WindowBatches& valid, const RidgePenalty& penalty,
                             const AutoregressionOptions& options);

// Makes a part of meta.json's `result`.
nlohmann::json to_json(const AutoregressionResult& result);

}  // namespace mnemo
