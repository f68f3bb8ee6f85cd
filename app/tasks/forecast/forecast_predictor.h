// A trained forecaster ready for use, from a run folder or an exported file.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "app/runs/stored_model.h"
#include "app/settings/compute.h"
#include "app/tasks/forecast/forecast_rows.h"
#include "app/tasks/forecast/forecast_settings.h"

namespace mnemo {

// What computes a trained model's forecasts.
class ForecastScorer {
 public:
  virtual ~ForecastScorer() = default;
  // history (B, L, F) scaled -> (B, horizon, K, outputs) scaled, fp32 on the CPU.
  virtual at::Tensor forecast(const at::Tensor& history) = 0;
};

struct ForecastPredictor {
  ForecastSettings settings;
  std::unique_ptr<ForecastScorer> scorer;
};

ForecastPredictor load_forecast_predictor(StoredModel model, const ComputeOptions& compute);

// Forecasts of windows, in the data's units.
struct Forecasts {
  int64_t horizon = 0, targets = 0, outputs = 0;
  std::vector<double> values;  // (windows, horizon, targets, outputs)

  const double* at(int64_t window, int64_t step, int64_t target) const {
    return values.data() + ((window * horizon + step) * targets + target) * outputs;
  }
};

// `progress` (may be empty) hears how many windows are forecast.
Forecasts forecast_windows(ForecastPredictor& predictor, const ForecastRows& rows,
                           std::span<const int64_t> origins,
                           const std::function<void(int64_t)>& progress = {});

}  // namespace mnemo
