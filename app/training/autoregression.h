// The linear part of a forecaster: fitted by itself, and put beside recurrent layers that have
// learnt by themselves. Their sum is better than either (Bates and Granger 1969).
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "app/console.h"
#include "app/training/forecast_objective.h"
#include "app/training/ridge_regression.h"

namespace mnemo {

struct AutoregressionOptions {
  // Of the penalty, see RidgeRegression; the best on the last fifth of the windows is taken.
  std::vector<double> strengths = {1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0};
  double late_share = 0.2;
  // A past of one target and what came after it, at most; of more windows every second is read,
  // every third and so on.
  int64_t most_samples = 100'000;
  // Numbers held out to find the shares by, likewise.
  int64_t most_held_out = 10'000'000;
  // A half each is what the shares begin with, and it counts as much as so many horizons held out
  // would: with few of them equal shares are hard to beat (Smith and Wallis 2009).
  double horizons_of_half = 4.0;
};

// Every so many-th of `origins` that no more than `most` are left, the last one among them.
std::vector<int64_t> thinned(const std::vector<int64_t>& origins, int64_t most);

struct Autoregression {
  LinearMap map;
  double strength = 0.0;
};

// From windows in order of time.
Autoregression fit_autoregression(const Forecaster& model, WindowBatches& windows,
                                  const AutoregressionOptions& options);

struct AutoregressionResult {
  double strength = 0.0;
  double share = 0.5;  // that the linear part counts; the layers have the rest
  LossSum recurrent_valid = {}, linear_valid = {}, valid = {};  // of each by itself, and of both
};

struct AutoregressionWindows {
  WindowBatches* fit = nullptr;  // for the regression, in order of time, thinned
  // For the shares, thinned; null: there are no rows to validate on, and each part counts half.
  WindowBatches* mix = nullptr;
  WindowBatches* valid = nullptr;  // all that validation figures are of
  double horizons = 0.0;           // how many of them, end to end, the rows held out are
};

// Fits the linear part and puts it beside the layers of `model`, which has learnt already and is in
// evaluation mode, with the shares that lose least on the windows held out.
AutoregressionResult add_autoregression(Forecaster& model, ForecastObjective& objective,
                                        const AutoregressionWindows& windows,
                                        const AutoregressionOptions& options, Console& console);

// For meta.json's `result`.
nlohmann::json to_json(const AutoregressionResult& result);

}  // namespace mnemo
