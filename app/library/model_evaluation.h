// A model's figures on a file whose answers are known: what `mnemo evaluate` and the library's
// evaluate() do, whatever the task.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "app/library/file_reading.h"
#include "app/metrics/forecast_metrics.h"
#include "app/runs/stored_model.h"
#include "app/settings/compute.h"
#include "app/tasks/forecast/forecast_windows.h"
#include "datasets/row_sketch.h"
#include "mnemo/evaluation.h"
#include "mnemo/reporter.h"

namespace mnemo {

struct EvaluationRequest {
  std::string file = {};
  FileReading reading = {};
  RollingOptions rolling = {.stride = 1};  // of a forecaster's file
  ComputeOptions compute = {};             // its threads: those there are, never 0
};

struct Evaluation {
  std::string text;     // for people
  nlohmann::json json;  // the same
};

// A back-test's figures in that form; those of evaluations get their task by evaluate_model().
Evaluation evaluation_of(const ForecastMetrics& metrics);

// The form in which the public library gives it.
EvaluationResult public_result(Evaluation evaluation);

Evaluation evaluate_model(StoredModel model, const EvaluationRequest& request, Reporter& reporter);

// Warns of a file, whose fingerprint and rows are given, that is the one trained on or holds a good
// part of its rows. `meta`: of the model.
void warn_of_rows_trained_on(const nlohmann::json& meta, const std::string& sha256,
                             const SketchMatches& rows, const std::string& file,
                             Reporter& reporter);

// The ways of the tasks.
Evaluation evaluate_text(StoredModel model, const EvaluationRequest& request, Reporter& reporter);
Evaluation evaluate_series(StoredModel model, const EvaluationRequest& request, Reporter& reporter);
Evaluation evaluate_forecast(StoredModel model, const EvaluationRequest& request,
                             Reporter& reporter);

}  // namespace mnemo
