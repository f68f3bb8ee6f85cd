// mnemo predict: a trained model's answers.
#include "app/cli/predict.h"

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/task_commands.h"
#include "app/settings/data_options.h"
#include "app/support/memory.h"

namespace mnemo {
namespace {

OptionTable make_table(PredictOptions& options) {
  OptionTable table(
      "mnemo predict RUN|MODEL [--input FILE|-] [options]",
      "Classifies texts or series, one line of output for each, in order; or forecasts "
      "what comes after a file of rows, as CSV.");
  table.positional("model", options.model);
  table.group("Input");
  table.text("input", options.input, "file of texts, series or rows; -: standard input");
  describe(table, options.reading.table.delimiter);
  table.group(kLabelOptions);
  table.choice("format", options.format, "form of the output");
  table.number("top", options.top, {1, 1'000'000}, "labels given for each, the likeliest first");
  describe(table, options.reading.table.quoting);
  describe_readers(table, options.reading);
  table.group(kForecastOptions);
  table.text("future", options.future,
             "file of the rows to come, with the columns that are known of them (--known)");
  table.flag("rolling", options.rolling,
             "forecast over the file instead, the actual values beside it (a back-test)");
  describe_stride(table, options.windows,
                  "rows between two forecasts of --rolling; auto: the horizon");
  describe_windows(table, options.windows,
                   "forecasts of --rolling of each series, the last of them; auto: all");
  describe_part(table, options.windows,
                "rows that --rolling forecasts; auto: the test part of the file trained on, of "
                "another all that training has not seen");
  describe(table, options.reading.table);
  describe(table, options.compute);
  return table;
}

}  // namespace

int predict_command(const std::vector<std::string>& arguments) {
  PredictOptions options;
  auto table = make_table(options);
  if (!table.parse(arguments)) {
    print_result(table.help());
    return 0;
  }
  if (options.model.empty()) throw UsageError("name a run folder or an exported model");
  for (const char* name : {"stride", "windows", "part"}) {
    if (table.given(name) && !options.rolling) {
      throw UsageError(fmt::format("--{} is for --rolling; add that, or leave it out", name));
    }
  }
  Console console(/*quiet=*/false);
  options.compute.threads = apply_threads(options.compute.threads);
  auto model = open_model(options.model);
  require_options_for(model.task, table, options.model);
  keep_freed_memory();
  const auto commands = commands_of(model.task);
  commands.predict(std::move(model), options, table, console);
  return 0;
}

}  // namespace mnemo
