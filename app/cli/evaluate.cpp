// mnemo evaluate: a model's figures on data whose answers are known.
#include <utility>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/console.h"
#include "app/cli/option_table.h"
#include "app/library/file_reading.h"
#include "app/library/model_evaluation.h"
#include "app/settings/data_options.h"
#include "app/support/memory.h"

namespace mnemo {
namespace {

struct EvaluateOptions {
  std::string model;
  std::string data;
  bool json = false;
  bool quiet = false;
  RollingOptions rolling = {.stride = 1};  // forecast
  ComputeOptions compute;
  ReaderWords reading;
};

OptionTable make_table(EvaluateOptions& options) {
  OptionTable table("mnemo evaluate RUN|MODEL --data FILE [options]",
                    "Measures a model on a file that holds the right answers.");
  table.positional("model", options.model);
  table.group("Input and output");
  table.text("data", options.data, "labelled texts or series, or rows of a time series");
  describe(table, options.reading.table.delimiter);
  table.flag("json", options.json, "one JSON object instead of a table");
  table.flag("quiet", options.quiet, "say nothing but results, warnings and errors");
  table.group(kLabelOptions);
  describe_label_column(table, options.reading.text.label_column);
  describe(table, options.reading.table.quoting);
  describe_readers(table, options.reading);
  table.group(kTextOptions);
  describe_label_delimiter(table, options.reading.text.label_delimiter);
  table.group(kSeriesOptions);
  describe_labels(table, options.reading.series.labels_file);
  table.group(kForecastOptions);
  describe_part(table, options.rolling,
                "rows whose forecasts count; auto: the test part of the file trained on, of "
                "another all that training has not seen");
  describe_stride_in_rows(table, options.rolling, "rows between two forecasts of a series");
  describe_windows(table, options.rolling,
                   "forecasts of each series that count, the last of them; auto: all");
  describe(table, options.reading.table);
  describe(table, options.compute);
  return table;
}

EvaluationRequest request_of(const OptionTable& table, EvaluateOptions& options) {
  options.compute.threads = apply_threads(options.compute.threads);
  EvaluationRequest request{.file = options.data,
                            .reading = FileReading(table.given_values()),
                            .rolling = options.rolling,
                            .compute = options.compute};
  return request;
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
  if (options.data == "-") {
    throw UsageError(
        "--data -: standard input is not measured on; write it to a file and name that");
  }
  Console console(options.quiet);
  const auto request = request_of(table, options);
  auto model = open_model(options.model);
  require_options_for(model.task, table, options.model);
  keep_freed_memory();
  const auto evaluation = evaluate_model(std::move(model), request, console);
  print_result(options.json ? evaluation.json.dump(2) + "\n" : evaluation.text);
  return 0;
}

}  // namespace mnemo
