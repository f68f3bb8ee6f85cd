// mnemo import TASK: a model that was trained in Python, as a run folder.
#include "app/tasks/frame/import.h"

#include <fmt/format.h>

#include <array>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/console.h"
#include "app/cli/option_table.h"
#include "app/library/task_library.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

void describe_imported_text(OptionTable& table, ImportRequest& options) {
  table.text("tokenizer", options.tokenizer, "SentencePiece model whose ids the model reads");
  table.list("labels", options.labels,
             "joined by commas, in the order of the outputs; of two labels, which share one "
             "output, the second is the one that a positive number means");
}

void describe_imported_forecast(OptionTable& table, ImportRequest& options) {
  table.text("train", options.train,
             "file that the model was trained on: features, labels, season and, where the "
             "weights hold none, scaling come from it, as in training");
}

void describe_imported_series(OptionTable& table, ImportRequest& options) {
  describe_imported_forecast(table, options);
  table.list("features", options.features,
             "without --train: names of what each step has, joined by commas");
  table.list("labels", options.labels,
             "likewise: in the order of the outputs; none of a model that answers with numbers");
}

// The options for what the weights of a task's models do not say.
struct NamesToImport {
  Task task;
  const char* what;   // is imported, and with which options: for the command's usage
  const char* usage;  // the options themselves
  void (*describe)(OptionTable& table, ImportRequest& options);
};

constexpr std::array kNamesToImport = {
    NamesToImport{.task = Task::text,
                  .what = "a classifier of texts, with --tokenizer and --labels",
                  .usage = "--tokenizer FILE --labels A,B",
                  .describe = describe_imported_text},
    NamesToImport{
        .task = Task::series,
        .what = "a model of numeric series, with --train, or with --features and --labels",
        .usage = "--train FILE",
        .describe = describe_imported_series},
    NamesToImport{.task = Task::forecast,
                  .what = "a forecaster, with --train",
                  .usage = "--train FILE",
                  .describe = describe_imported_forecast}};

std::string import_usage() {
  std::string tasks;
  for (const auto& names : kNamesToImport) tasks += line_of_task(names.task, names.what);
  return fmt::format(
      "usage: mnemo import TASK FILE.safetensors --config FILE --out RUN [options]\n\n{}\n"
      "mnemo import TASK --help shows the options of each.\n",
      tasks);
}

OptionTable make_table(Task task, ImportRequest& options, bool& quiet) {
  const auto& names = row_of(kNamesToImport, task);
  OptionTable table(
      fmt::format("mnemo import {} FILE.safetensors --config FILE {} --out RUN [options]",
                  enum_name(task), names.usage),
      "Makes a run folder of weights that were trained in Python, under the names and shapes that "
      "mnemo's own have; mnemo then evaluates, predicts and exports as after a training.");
  table.positional("weights", options.weights);
  table.group("Model");
  table.text("config", options.config,
             "settings of the model, as `mnemo train TASK --print-config` prints them");
  names.describe(table, options);
  table.group("Output");
  table.text("out", options.out, "folder for the run");
  table.flag("overwrite", options.overwrite, "replace a run that stands in --out");
  table.flag("quiet", quiet, "say nothing but warnings and errors");
  table.leave_config();  // it is one of mnemo train's
  return table;
}

}  // namespace

int import_command(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front() == "--help" || arguments.front() == "-h") {
    print_result(import_usage());
    return arguments.empty() ? 2 : 0;
  }
  const Task task = task_named("import", arguments.front());
  ImportRequest request;
  bool quiet = false;
  auto table = make_table(task, request, quiet);
  if (!table.parse({arguments.begin() + 1, arguments.end()})) {
    print_result(table.help());
    return 0;
  }
  Console console(quiet);
  import_run(request, task, library_of(task).import_model, console);
  return 0;
}

}  // namespace mnemo
