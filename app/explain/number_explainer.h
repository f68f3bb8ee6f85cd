// Why a model of series, or a forecaster, answered as it did: how much the value of each feature at
// each step adds to the answer.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/explain/explain_method.h"
#include "app/runs/stored_model.h"
#include "app/tasks/forecast/forecast_settings.h"
#include "app/tasks/series/series_settings.h"
#include "models/forecaster.h"
#include "models/series_model.h"

namespace mnemo {

struct NumberExplanation {
  std::string answer = {};                 // what is explained: a label, or a target
  std::optional<double> probability = {};  // of a label
  double score = 0.0;                      // a label's log-odds, or the target in its units
  double baseline = 0.0;                   // score of the baseline
  std::optional<double> error = {};        // gradients: see PathIntegral::error
  std::vector<std::string> features = {};  // F
  at::Tensor contributions = {};           // (T, F) fp64, in the units of the score
};

// Names the part of an answer that is explained.
struct SeriesQuestion {
  int64_t output = -1;  // the label's or target's number; -1: the likeliest label, the first target
};
struct ForecastQuestion {
  int64_t target = 0;
  int64_t step = 0;  // of the horizon, from 1; 0: the mean of all
};

// Safe to ask from several threads.
class SeriesExplainer {
 public:
  // Throws Error for an exported file.
  explicit SeriesExplainer(const StoredModel& stored);
  const SeriesSettings& settings() const { return settings_; }

  // values (T, F) fp32 in the data's units. The baseline is a series of values that the model's
  // scaling makes 0: of the standard scaling, the features' means over the training series. A model
  // that z-normalises each series has the series' own means.
  NumberExplanation explain(const at::Tensor& values, ExplainMethod method,
                            const SeriesQuestion& question) const;

 private:
  SeriesSettings settings_;
  // LibTorch's modules compute in methods that are not const; these write nothing.
  mutable SeriesModule model_;
};

// Safe to ask from several threads.
class ForecastExplainer {
 public:
  explicit ForecastExplainer(const StoredModel& stored);
  const ForecastSettings& settings() const { return settings_; }

  // history (L, F) as histories() gives it: scaled, or in the data's units for a model that scales
  // each window by its own rows. A model of quantiles is asked for the one nearest to 0.5. The
  // baseline is a past that did not move: each column at its last value, or at its mean over the
  // window, as the model's own normalisation has it, and without one at 0 scaled.
  NumberExplanation explain(const at::Tensor& history, ExplainMethod method,
                            const ForecastQuestion& question) const;

 private:
  ForecastSettings settings_;
  // LibTorch's modules compute in methods that are not const; these write nothing.
  mutable ForecasterModule model_;
};

}  // namespace mnemo
