// The options of `mnemo predict`, and its ways for each task.
#pragma once

#include <cstdint>
#include <string>

#include "app/cli/console.h"
#include "app/cli/option_table.h"
#include "app/cli/prediction_writer.h"
#include "app/runs/stored_model.h"
#include "app/settings/compute.h"
#include "app/tasks/forecast/forecast_windows.h"
#include "datasets/number_table.h"
#include "datasets/series/labelled_series.h"
#include "datasets/text_reader.h"

namespace mnemo {

struct PredictOptions {
  std::string model;
  std::string input = "-";
  // Parsing checks what is given for readers; FileReading hands it to them.
  TextReaderOptions reader;
  SeriesReaderOptions series;
  NumberTableOptions table;
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
