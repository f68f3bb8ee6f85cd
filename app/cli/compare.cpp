// mnemo compare TASK: trains variants of one training on one split of the data, side by side.
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/console.h"
#include "app/cli/flags.h"
#include "app/cli/interrupt.h"
#include "app/cli/search_command.h"
#include "app/cli/search_folder.h"
#include "app/cli/task_commands.h"
#include "app/cli/task_settings.h"
#include "app/cli/variant_trainings.h"
#include "app/search/comparison.h"
#include "app/search/variants.h"
#include "common/files.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

std::string compare_usage() {
  return fmt::format(
      "usage: mnemo compare TASK --train FILE --out DIR --variants cells|tricks|FILE [options]\n\n"
      "{}\nmnemo compare TASK --help shows the options.\n",
      list_of_tasks());
}

constexpr const char* kTable = "compare.md";

enum class TableFormat { markdown, csv, json_text };

}  // namespace

template <>
struct EnumNames<TableFormat> {
  static constexpr std::array table = {EnumName{TableFormat::markdown, "markdown"},
                                       EnumName{TableFormat::csv, "csv"},
                                       EnumName{TableFormat::json_text, "json"}};
};

namespace {

struct CompareOptions {
  std::string out;
  std::string variants;
  int64_t seeds = 3;
  std::string test_file;
  TableFormat format = TableFormat::markdown;
  bool overwrite = false, resume = false, quiet = false;
};

OptionTable make_table(CompareOptions& options, const std::string& task) {
  OptionTable table(
      fmt::format("mnemo compare {} --train FILE --out DIR --variants cells|tricks|FILE [options]",
                  task),
      fmt::format("Trains variants of one training, each with several seeds, on one split of the "
                  "data, and prints a table of what they come to. Options of `mnemo train {}` say "
                  "what all of them have in common.",
                  task));
  table.group("Comparison");
  table.text("out", options.out, "folder for the runs and the table");
  table.text("variants", options.variants,
             "cells: LSTM, GRU, RNN, Transformer; tricks: batch normalisation, attention, dropout "
             "and so on, one at a time the other way round; or a file: [name], then its changes, "
             "`option = value` a line");
  table.number("seeds", options.seeds, {1, 1000}, "trainings of each, with --seed 1, 2 and so on");
  table.text("test", options.test_file,
             "file to measure on; without it the rows held out are measured on");
  table.choice("format", options.format,
               "form of the table that is printed; compare.md, .csv and .json have them all");
  table.flag("overwrite", options.overwrite, "replace a comparison that stands in --out");
  table.flag(
      "resume", options.resume,
      "go on with the interrupted comparison in --out, whose options need not be given again");
  table.flag("quiet", options.quiet, "say nothing but warnings, errors and the table");
  return table;
}

std::vector<Variant> variants_of(const CompareOptions& options, Task task, const Settings& base) {
  if (options.variants == "cells") return cell_variants();
  if (options.variants == "tricks") return trick_variants(task, base);
  if (!fs::exists(options.variants)) {
    throw UsageError(
        fmt::format("--variants {}: expected cells, tricks or a file, and there is no "
                    "such file",
                    options.variants));
  }
  return parse_variants(read_file(options.variants), options.variants,
                        commands_of(task).training.marks());
}

void print_tables(const CompareOptions& options, const std::vector<VariantOutcomes>& outcomes,
                  const ComparedFigure& figure) {
  const fs::path out = options.out;
  const std::string markdown = with_flags(to_markdown(outcomes, figure));
  const std::string csv = to_csv(outcomes, figure);
  const std::string json_text = to_json(outcomes, figure).dump(2) + "\n";
  write_file_atomically(out / kTable, markdown);
  write_file_atomically(out / "compare.csv", csv);
  write_file_atomically(out / "compare.json", json_text);
  switch (options.format) {
    case TableFormat::markdown:
      return print_result(markdown);
    case TableFormat::csv:
      return print_result(csv);
    case TableFormat::json_text:
      return print_result(json_text);
  }
}

int compare(const CompareOptions& options, Task task, const std::vector<std::string>& training,
            const SearchArguments& given) {
  if (options.variants.empty()) {
    throw UsageError("--variants is missing: name cells, tricks or a file of variants");
  }
  SearchFolder::require_sensible(options.out, options.overwrite, options.resume);
  SearchFolder::require_no_switches(task, training);
  auto arguments = training;
  arguments.insert(arguments.end(), {"--out", options.out});
  const std::string base = resolved_settings(task, arguments);
  const Settings settings = settings_in(base);
  SearchFolder::require_files(settings);
  if (!options.test_file.empty() && !fs::exists(options.test_file)) {
    throw Error(fmt::format("--test {}: there is no such file", options.test_file));
  }
  const auto variants = variants_of(options, task, settings);

  Settings split;
  if (options.test_file.empty()) split = held_out_rows(task, settings);
  const auto split_seed = settings.find("split-seed");  // of tasks that hold out at random
  if (split_seed != settings.end() && split_seed->second == "auto") {
    split["split-seed"] = settings.at("seed");
  }
  split.merge(without_an_early_end(settings, training));
  Console console(options.quiet);
  VariantTrainings trainings(
      {.task = task, .out = options.out, .test_file = options.test_file, .seeds = options.seeds},
      variants, console);
  const bool is_own = options.variants != "cells" && options.variants != "tricks";
  trainings.resolve(arguments, split, is_own);

  const SearchFolder folder(options.out, "comparison", options.overwrite, options.resume);
  std::string identity = base + "\n";
  for (const auto& [name, value] : split) identity += fmt::format("{} = {}\n", name, value);
  for (const auto& variant : variants) {
    identity += fmt::format("[{}] {}\n", variant.name, words_of(variant.changes));
  }
  folder.require_same(identity);
  folder.remember(given);
  trainings.forget_other_tests();
  const bool is_complete = [&] {
    const InterruptGuard interrupt;
    return trainings.train_all();
  }();
  console.end_progress();
  if (!is_complete) {
    console.warn("interrupted; --resume goes on with it");
    return InterruptGuard::exit_code();
  }
  ComparedFigure figure;
  const auto outcomes = trainings.outcomes(figure);
  print_tables(options, outcomes, figure);
  return 0;
}

}  // namespace

int compare_command(const std::vector<std::string>& arguments) {
  CompareOptions options;
  return search_command(
      {.name = "compare",
       .usage = compare_usage(),
       .table = [&](const std::string& task) { return make_table(options, task); },
       .run =
           [&](Task task, const std::vector<std::string>& training, const SearchArguments& given) {
             return compare(options, task, training, given);
           }},
      arguments);
}

}  // namespace mnemo
