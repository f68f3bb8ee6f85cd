// The options of `mnemo explain`, and its ways for each task.
#pragma once

#include <cstdint>
#include <string>

#include "app/cli/common_options.h"
#include "app/cli/console.h"
#include "app/cli/option_table.h"
#include "app/explain/explanation_writer.h"
#include "app/explain/word_table.h"
#include "app/runs/stored_model.h"

namespace mnemo {

struct ExplainOptions {
  std::string model;
  std::string input;  // file, or - for standard input
  ExplainMethod method = ExplainMethod::gradients;
  ExplainFormat format = ExplainFormat::automatic;
  int64_t threads = 0;
  // text and series
  std::string label;  // empty: the most probable one
  // text
  std::string text;
  bool global = false;
  bool deletion_test = false;
  std::string data;     // of the latter two
  int64_t texts = 500;  // of data, drawn by `seed`; 0: all
  uint64_t seed = 1;
  WordTableOptions words;
  // series and forecast
  std::string target;    // empty: the first
  int64_t step = 0;      // forecast: of the horizon, from 1; 0: the mean of all
  bool colours = false;  // of ansi; not an option
  ReaderWords reading;

  // The path to read from, of what is no text.
  std::string file() const { return input == "-" ? "/dev/stdin" : input; }
};

// They print as they go.
void explain_texts(const StoredModel& model, const ExplainOptions& options,
                   const OptionTable& table, Console& console);
void explain_series(const StoredModel& model, const ExplainOptions& options,
                    const OptionTable& table, Console& console);
void explain_forecast(const StoredModel& model, const ExplainOptions& options,
                      const OptionTable& table, Console& console);

// Warns of an explanation of numbers whose parts do not add up to the whole.
void warn_of_error(double error, const std::string& what, Console& console);

}  // namespace mnemo
