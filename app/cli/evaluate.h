// What `mnemo evaluate` is told, and its ways for each task.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "app/cli/console.h"
#include "app/cli/option_table.h"
#include "app/cli/series_options.h"
#include "app/runs/stored_model.h"
#include "app/settings/compute.h"
#include "app/tasks/forecast/forecast_parts.h"
#include "datasets/number_table.h"
#include "datasets/text_reader.h"

namespace mnemo {

struct EvaluateOptions {
  std::string model;
  std::string data;
  bool json = false;
  bool quiet = false;
  std::string label_column = TextReaderOptions().label_column;  // text and series
  TextReaderOptions reader;                                     // text
  SeriesReaderOptions series;                     // series, where the command line names them
  RequestedPart part = RequestedPart::automatic;  // forecast
  NumberTableOptions table;                       // likewise, where the command line names them
  ComputeOptions compute;                         // its threads: as applied
};

struct Evaluation {
  std::string text;     // for people
  nlohmann::json json;  // the same
};

Evaluation evaluate_text(StoredModel model, const EvaluateOptions& options,
                         const OptionTable& table, Console& console);
Evaluation evaluate_series(StoredModel model, const EvaluateOptions& options,
                           const OptionTable& table, Console& console);
Evaluation evaluate_forecast(StoredModel model, const EvaluateOptions& options,
                             const OptionTable& table, Console& console);

}  // namespace mnemo
