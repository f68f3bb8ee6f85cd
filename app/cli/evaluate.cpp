// mnemo evaluate: a model's figures on data whose answers are known.
#include "app/cli/evaluate.h"

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/task_commands.h"
#include "app/settings/data_options.h"
#include "app/support/memory.h"

namespace mnemo {
namespace {

OptionTable make_table(EvaluateOptions& options) {
  OptionTable table("mnemo evaluate RUN|MODEL --data FILE [options]",
                    "Measures a model on a file that holds the right answers.");
  table.positional("model", options.model);
  table.group("Input and output");
  table.text("data", options.data, "labelled texts or series, or rows of a time series");
  table.flag("json", options.json, "one JSON object instead of a table");
  table.flag("quiet", options.quiet, "say nothing but results, warnings and errors");
  table.group(kLabelOptions);
  table.text("label-column", options.label_column,
             "column of the label: its name, or for texts its number from 1; of series that have "
             "several numbers, their names joined by commas");
  table.group(kTextOptions);
  describe(table, options.reader);
  table.group(kSeriesOptions);
  describe(table, options.series);
  table.text("labels", options.series.labels_file, "npy: array of the labels or numbers");
  table.group(kNumberOptions);
  describe(table, options.table.missing);
  table.group(kForecastOptions);
  table.choice("part", options.part,
               "rows whose forecasts count; auto: the test part of the file trained on, all of "
               "another");
  describe(table, options.table);
  describe(table, options.compute);
  return table;
}

}  // namespace

int evaluate_command(const std::vector<std::string>& arguments) {
  EvaluateOptions options;
  auto table = make_table(options);
  if (!table.parse(arguments)) {
    print_result(table.help());
    return 0;
  }
  if (options.model.empty()) throw UsageError("name a run folder or an exported model");
  if (options.data.empty()) throw UsageError("--data is missing: name a file to measure on");
  Console console(options.quiet);
  options.compute.threads = apply_threads(options.compute.threads);
  auto model = open_model(options.model);
  require_options_for(model.task, table, options.model);
  keep_freed_memory();
  const auto commands = commands_of(model.task);
  auto evaluation = commands.evaluate(std::move(model), options, table, console);
  evaluation.json["task"] = enum_name(commands.task);
  print_result(options.json ? evaluation.json.dump(2) + "\n" : evaluation.text);
  return 0;
}

}  // namespace mnemo
