// mnemo explain: why a trained model answers as it does.
#include "app/cli/explain.h"

#include <unistd.h>

#include <cstdlib>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/task_commands.h"
#include "app/settings/compute.h"
#include "app/settings/data_options.h"
#include "app/support/memory.h"

namespace mnemo {
namespace {

OptionTable make_table(ExplainOptions& options) {
  OptionTable table("mnemo explain RUN --text TEXT|--input FILE|- [options]",
                    "Shows what each word, or each value of a series, adds to an answer. For texts "
                    "also the words that push each label most (--global), and whether the "
                    "explanations are faithful (--deletion-test).");
  table.positional("model", options.model);
  table.group("What to explain");
  table.text("input", options.input,
             "file of texts, series or rows, of which each answer is explained; -: standard input");
  describe(table, options.reading.table.delimiter);
  table.group(kTextOptions);
  table.text("text", options.text, "one text instead");
  table.group(kLabelOptions);
  describe(table, options.reading.table.quoting);
  table.text("label", options.label, "label to explain; by default the likeliest");
  table.group(kNumberOptions);
  table.text("target", options.target, "target to explain; by default the first");
  table.group(kForecastOptions);
  table.number("step", options.step, {0, 1'000'000},
               "step of the horizon to explain; 0: the mean of all");
  table.group("How");
  table.choice("method", options.method, "how contributions are found");
  table.choice("format", options.format,
               "form of the output; auto: ansi, with colours on a terminal alone");
  describe_threads(table, options.threads);
  table.group(kTextOptions);
  table.flag("global", options.global, "the words that push each label most, over --data");
  table.flag(
      "deletion-test", options.deletion_test,
      "how far the probability falls when the words named first are taken away, over --data");
  table.text("data", options.data, "file of texts for these two");
  table.number("texts", options.texts, {0, 100'000'000}, "texts drawn of --data; 0: all");
  table.number("seed", options.seed, Range<uint64_t>{}, "of what is drawn");
  describe(table, options.words);
  describe_readers(table, options.reading);
  table.group(kForecastOptions);
  describe(table, options.reading.table);
  return table;
}

void require_consistent(const OptionTable& table, const ExplainOptions& options) {
  if (options.model.empty()) throw UsageError("name a run folder");
  const bool over_data = options.global || options.deletion_test;
  const int asked = (options.global ? 1 : 0) + (options.deletion_test ? 1 : 0) +
                    (table.given("text") ? 1 : 0) + (table.given("input") ? 1 : 0);
  if (asked == 0) {
    throw UsageError(
        "say what to explain: --input FILE; of a text model also --text TEXT, --global or "
        "--deletion-test");
  }
  if (table.given("input") && options.input.empty()) {
    throw UsageError("--input is empty: name a file, or - for standard input");
  }
  if (asked > 1) {
    throw UsageError(
        "--text, --input, --global and --deletion-test contradict each other; take one of them");
  }
  if (over_data && options.data.empty())
    throw UsageError("--data is missing: name a file of texts");
  for (const char* name : {"data", "texts", "seed"}) {
    if (table.given(name) && !over_data) {
      throw UsageError(fmt::format(
          "--{} is for --global and --deletion-test; leave it out, or take --input", name));
    }
  }
  for (const char* name : {"words", "least-texts"}) {
    if (table.given(name) && !options.global) {
      throw UsageError(fmt::format("--{} is for --global; leave it out", name));
    }
  }
  for (const char* name : {"method", "label"}) {
    if (table.given(name) && over_data) {
      throw UsageError(fmt::format("--{} is for single texts; leave it out", name));
    }
  }
  if (over_data && options.format == ExplainFormat::html) {
    throw UsageError("--format html is for single texts; take ansi or jsonl");
  }
}

// A terminal gets them, and who asks for them; see no-color.org.
bool wants_colours(const OptionTable& table) {
  if (table.given("format") && table.value("format") != "auto") return true;
  const char* const none = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) == 1 && (none == nullptr || *none == '\0');
}

}  // namespace

void warn_of_error(double error, const std::string& what, Console& console) {
  if (error <= kLargestError) return;
  console.warn(fmt::format(
      "{}: the contributions lack {:.1f}% of the difference that they explain; the model's answer "
      "bends too sharply on the way from the baseline; take --method occlusion",
      what, 100.0 * error));
}

int explain_command(const std::vector<std::string>& arguments) {
  ExplainOptions options;
  auto table = make_table(options);
  if (!table.parse(arguments)) {
    print_result(table.help());
    return 0;
  }
  require_consistent(table, options);
  Console console(/*quiet=*/false);
  options.threads = apply_threads(options.threads);
  options.colours = wants_colours(table);
  const auto model = open_model(options.model);
  require_options_for(model.task, table, options.model);
  keep_freed_memory();
  commands_of(model.task).explain(model, options, table, console);
  return 0;
}

}  // namespace mnemo
