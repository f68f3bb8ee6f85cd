// Several commands share these parts of their options.
#pragma once

#include <string>

#include "app/cli/option_table.h"
#include "app/settings/task.h"
#include "datasets/number_table.h"
#include "datasets/series/labelled_series.h"
#include "datasets/text_reader.h"

namespace mnemo {

// Headings of the options that only one task's models take.
inline constexpr const char* kTextOptions = "Text models";
inline constexpr const char* kSeriesOptions = "Series models";
inline constexpr const char* kLabelOptions = "Text and series models";
inline constexpr const char* kNumberOptions = "Series and forecast models";
inline constexpr const char* kForecastOptions = "Forecast models";

// Options of the readers of all tasks: parsing checks what is given, and FileReading hands it to
// the reader of the model at hand.
struct ReaderWords {
  TextReaderOptions text = {};
  SeriesReaderOptions series = {};
  NumberTableOptions table = {};  // its delimiter and quoting are those of all
};

// Those of the readers of texts and of series, and what is done about missing values, under the
// headings of the models that have them.
void describe_readers(OptionTable& table, ReaderWords& words);

// The task of that name whose models give answers; throws UsageError, naming `command` and those
// tasks, for none.
Task task_named(const std::string& command, const std::string& name);

// Throws UsageError when the command line set an option of another task's models. `name`: the
// model's.
void require_options_for(Task task, const OptionTable& table, const std::string& name);

}  // namespace mnemo
