// The options of `mnemo predict`, and its ways for each task.
#pragma once

#include <cstdint>
#include <string>

#include "app/cli/common_options.h"
#include "app/cli/console.h"
#include "app/cli/option_table.h"
#include "app/cli/prediction_writer.h"
#include "app/runs/stored_model.h"
#include "app/settings/compute.h"
#include "app/tasks/forecast/forecast_windows.h"

namespace mnemo {

struct PredictOptions {
  std::string model;
  std::string input = "-";
  ReaderWords reading;
  // text and series
  PredictionFormat format = PredictionFormat::tsv;
  int64_t top = 1;
  // forecast
  bool rolling = false;
  RollingOptions windows;
  std::string future;      // a file of what is known of the rows to come
  ComputeOptions compute;  // its threads: as applied

  // The path to read from, of what is no text.
  std::string file() const { return input == "-" ? "/dev/stdin" : input; }
};

// They print as they go.
void predict_texts_of(StoredModel model, const PredictOptions& options, const OptionTable& table,
                      Console& console);
void predict_series_of(StoredModel model, const PredictOptions& options, const OptionTable& table,
                       Console& console);
void predict_forecast(StoredModel model, const PredictOptions& options, const OptionTable& table,
                      Console& console);

}  // namespace mnemo
