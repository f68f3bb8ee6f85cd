// mnemo tune TASK: finds the settings of a training by itself.
#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/interrupt.h"
#include "app/cli/search_command.h"
#include "app/cli/search_folder.h"
#include "app/cli/task_commands.h"
#include "app/cli/task_settings.h"
#include "app/cli/tune_result.h"
#include "app/cli/tune_space.h"
#include "app/runs/run_folder.h"
#include "app/search/tune_summary.h"
#include "app/search/tuner.h"
#include "app/training/model_limits.h"
#include "common/files.h"
#include "common/quantities.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

std::string tune_usage() {
  return fmt::format(
      "usage: mnemo tune TASK --train FILE --out DIR --budget TIME|--trials N [options]\n\n{}\n"
      "mnemo tune TASK --help shows the options.\n",
      list_of_tasks());
}

constexpr const char* kSummaryFile = "tune.txt";

struct TuneOptions {
  std::string out;
  std::string budget;
  int64_t trials = 0;
  std::string space_file;
  TuneGoal goal = TuneGoal::loss;
  ModelLimits limits;
  int64_t jobs = 0;
  bool print_space = false;
  bool overwrite = false;
  bool resume = false;
  bool quiet = false;
};

OptionTable make_table(TuneOptions& options, const std::string& task) {
  OptionTable table(
      fmt::format("mnemo tune {} --train FILE --out DIR --budget TIME|--trials N [options]", task),
      fmt::format(
          "Finds the settings of `mnemo train {}` by itself: it trains many models, most of them "
          "briefly, and leaves the one with the lowest validation loss in DIR, a run folder, and "
          "its settings in DIR/config.ini. Options of `mnemo train {}` say what all of them have "
          "in common. A test file is never looked at.",
          task, task));
  table.group("Search");
  table.text("out", options.out, "folder for the best run, the journal and all trials");
  table.text("budget", options.budget, "time for the search, as in 30m or 2h");
  table.number("trials", options.trials, {0, 1'000'000},
               "models to try at most; 0: as many as the budget allows");
  table.text("space", options.space_file,
             "file of what to choose, an option a line: `dropout = 0.1..0.5`, `batch-size = "
             "16|32|64`, `learning-rate = 0.0005..0.01 log`; none: a space for the task, less what "
             "the command line sets");
  table.flag("print-space", options.print_space,
             "print what is to be chosen and stop; beside --train only what those data and "
             "settings take");
  table.choice("goal", options.goal, "figure of validation to find the best of");
  describe(table, options.limits, "try no model");
  table.number_or_auto("jobs", options.jobs, {1, 1024},
                       "trials side by side, on one thread each if several; auto: one, or one a "
                       "thread where that is measured to be faster");
  table.flag("overwrite", options.overwrite, "replace a search that stands in --out");
  table.flag(
      "resume", options.resume,
      "go on with the interrupted search in --out, whose options need not be given again; the "
      "budget is that of all sittings");
  table.flag("quiet", options.quiet, "say nothing but warnings, errors and the result");
  return table;
}

// As arguments of a training. Throws UsageError for what is no size and no time.
std::vector<std::string> arguments_of(const ModelLimits& limits) {
  require_parsable(limits);
  std::vector<std::string> arguments;
  if (!limits.size.empty()) arguments.push_back("--max-model-size=" + limits.size);
  if (!limits.latency.empty()) arguments.push_back("--max-latency=" + limits.latency);
  return arguments;
}

// Settings that all trainings have in common.
struct CommonSettings {
  std::string given;            // as the command line has them, as a config file
  std::set<std::string> fixed;  // options on the command line
  Settings base;                // with the rows that are held out
  Configure configure;
};

std::set<std::string> names_in(const std::vector<std::string>& arguments) {
  std::set<std::string> names;
  for (const auto& argument : arguments) {
    if (argument.starts_with("--")) names.insert(argument.substr(2, argument.find('=') - 2));
  }
  return names;
}

CommonSettings common_settings(Task task, const std::string& out,
                               const std::vector<std::string>& training) {
  auto arguments = training;
  arguments.insert(arguments.end(), {"--out", out});
  const std::string given = resolved_settings(task, arguments);
  Settings base = settings_in(given);
  Settings common = held_out_rows(task, base);
  common.merge(without_an_early_end(base, training));
  for (const auto& [name, value] : common) base[name] = value;
  return {.given = given,
          .fixed = names_in(training),
          .base = base,
          .configure = [=](Settings changes) {
            for (const auto& [name, value] : common) changes.emplace(name, value);
            return changed_settings(task, arguments, changes);
          }};
}

SearchSpace choose_space(const TuneOptions& options, Task task, const CommonSettings& common) {
  return tune_space(task, options.space_file, /*by_size=*/!options.limits.size.empty(),
                    common.fixed, common.base, common.configure);
}

void validate(const TuneOptions& options, const Settings& base) {
  if (options.budget.empty() && options.trials == 0) {
    throw UsageError("say when to stop: --budget TIME, as in 30m, or --trials N");
  }
  if (options.goal == TuneGoal::loss) return;
  const auto kind = base.find("target-kind");
  if (kind == base.end()) {
    throw UsageError(
        "--goal accuracy is for classes, and a forecaster finds numbers; leave it out");
  }
  if (kind->second == "number") {
    throw UsageError("--goal accuracy is for classes, and --target-kind is number; leave it out");
  }
}

// Without --train, all that a file or the task has.
SearchSpace space_to_print(const TuneOptions& options, Task task,
                           const std::vector<std::string>& training) {
  const auto is_train = [](const std::string& argument) {
    return argument == "--train" || argument.starts_with("--train=");
  };
  if (std::ranges::any_of(training, is_train)) {
    const std::string out = options.out.empty() ? "DIR" : options.out;  // nothing is written there
    return choose_space(options, task, common_settings(task, out, training));
  }
  if (!options.space_file.empty()) {
    return parse_space(read_file(options.space_file), options.space_file);
  }
  return default_space(task, /*by_size=*/!options.limits.size.empty());
}

int print_space(const TuneOptions& options, Task task, const std::vector<std::string>& training) {
  print_result(space_to_print(options, task, training).to_text());
  return 0;
}

int search(const TuneOptions& options, Task task, const std::vector<std::string>& training,
           const SearchArguments& given) {
  SearchFolder::require_sensible(options.out, options.overwrite, options.resume);
  SearchFolder::require_no_switches(task, training);
  const auto common = common_settings(task, options.out, training);
  SearchFolder::require_files(common.base);
  validate(options, common.base);
  const auto limits = arguments_of(options.limits);
  const double budget = options.budget.empty() ? 0.0 : parse_duration("budget", options.budget);
  const auto space = choose_space(options, task, common);

  const SearchFolder folder(options.out, "search", options.overwrite, options.resume);
  folder.require_same(fmt::format("{}\n{}\ngoal = {}\nlimits = {}\n", common.given, space.to_text(),
                                  enum_name(options.goal), fmt::join(limits, " ")));
  folder.remember(given);
  TrialBook book(folder.path(), options.goal);
  Console console(options.quiet);
  const int64_t threads = std::stoll(common.base.at("threads"));
  Tuner tuner({.task = task,
               .budget_seconds = budget,
               .trials = options.trials,
               .jobs = options.jobs,
               .threads = threads > 0 ? threads : at::get_num_threads(),
               .goal = options.goal,
               .limits = limits,
               .base = common.base,
               .marks = commands_of(task).training.marks(),
               .configure = common.configure},
              space, book, std::stoull(common.base.at("seed")), console);
  const SearchEnd end = [&] {
    const InterruptGuard interrupt;
    return tuner.run(InterruptGuard::requested);
  }();
  const bool is_over = end == SearchEnd::over;
  const int code = is_over ? 0 : InterruptGuard::exit_code();
  if (!book.best()) {
    if (is_over) {
      throw Error(
          fmt::format("{}: no trial came to a validation; give a longer --budget", options.out));
    }
    console.warn("interrupted before any trial was validated; --resume goes on");
    return code;
  }
  publish_best(book, task, folder.path(), console);
  if (is_over) clear_trials(book, options.goal);  // --resume would need them
  const std::string summary = summarize(book, space, common.base, options.goal);
  write_file_atomically(folder.path() / kSummaryFile, summary);
  print_result(summary);
  console.note(fmt::format("{0}: the run of trial {1}; {0}/{2} is its settings{3}", options.out,
                           book.best()->trial, kConfigFile,
                           is_over ? "" : "; --resume goes on with the search"));
  return code;
}

}  // namespace

int tune_command(const std::vector<std::string>& arguments) {
  TuneOptions options;
  return search_command(
      {.name = "tune",
       .usage = tune_usage(),
       .table = [&](const std::string& task) { return make_table(options, task); },
       .run =
           [&](Task task, const std::vector<std::string>& training, const SearchArguments& given) {
             return options.print_space ? print_space(options, task, training)
                                        : search(options, task, training, given);
           }},
      arguments);
}

}  // namespace mnemo
