// A trained forecaster ready for use, from a run folder or an exported file.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "app/runs/stored_model.h"
#include "app/settings/compute.h"
#include "app/tasks/forecast/forecast_rows.h"
#include "app/tasks/forecast/forecast_settings.h"

namespace mnemo {

// Computes a trained model's forecasts.
class ForecastScorer {
 public:
  virtual ~ForecastScorer() = default;
  // A run's model takes and gives scaled numbers; an exported file scales by itself, and so does a
  // model that scales each window by its own rows.
  virtual RowUnits units() const = 0;
  // history (B, L, F) -> (B, horizon, K, outputs) on the CPU, both in those units. Safe to
  // call from several threads.
  virtual at::Tensor forecast(const at::Tensor& history) const = 0;
};

struct ForecastPredictor {
  ForecastSettings settings;
  std::unique_ptr<const ForecastScorer> scorer;
};

ForecastPredictor load_forecast_predictor(StoredModel model, const ComputeOptions& compute);

// The table in the scorer's units; see make_rows() of forecast_rows.h.
ForecastRows make_rows(const NumberTable& table, const ForecastPredictor& predictor);

// Forecasts of windows, in the data's units.
struct Forecasts {
  int64_t horizon = 0, targets = 0, outputs = 0;
  std::vector<double> values;  // (windows, horizon, targets, outputs)

  const double* at(int64_t window, int64_t step, int64_t target) const {
    return values.data() + ((window * horizon + step) * targets + target) * outputs;
  }
};

// `rows` are in the scorer's units.
Forecasts forecast_windows(const ForecastPredictor& predictor, const ForecastRows& rows,
                           std::span<const int64_t> origins);

}  // namespace mnemo
