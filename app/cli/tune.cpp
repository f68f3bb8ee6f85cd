// mnemo tune TASK: finds the settings of a training by itself.
#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/interrupt.h"
#include "app/cli/report.h"
#include "app/cli/search_folder.h"
#include "app/cli/task_settings.h"
#include "app/search/tune_summary.h"
#include "app/search/tuner.h"
#include "app/training/run_folder.h"
#include "common/files.h"
#include "common/quantities.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUsage =
    R"(usage: mnemo tune TASK --train FILE --out DIR --budget TIME|--trials N [options]

  text       classify texts
  series     classify numeric series, or find numbers for them
  forecast   forecast time series

mnemo tune TASK --help shows the options.
)";

constexpr const char* kSummaryFile = "tune.txt";

struct TuneOptions {
  std::string out;
  std::string budget;
  int64_t trials = 0;
  std::string space_file;
  TuneGoal goal = TuneGoal::loss;
  std::string max_model_size, max_latency;
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
             "16|32|64`, `learning-rate = 0.0005..0.01 log`; none: a space for the task");
  table.flag("print-space", options.print_space, "print what is to be chosen and stop");
  table.choice("goal", options.goal, "figure of validation to find the best of");
  table.text("max-model-size", options.max_model_size,
             "try no model whose weights and tokenizer are larger, as in 5MB");
  table.text("max-latency", options.max_latency,
             "try no model that takes longer for one answer on one thread, as in 2ms");
  table.number_or_auto("jobs", options.jobs, {1, 1024},
                       "trials side by side, on one thread each if several; auto: one, or one a "
                       "thread where that is measured to be faster");
  table.flag("overwrite", options.overwrite, "replace a search that stands in --out");
  table.flag("resume", options.resume,
             "go on with the interrupted search in --out; the budget is that of all sittings");
  table.flag("quiet", options.quiet, "say nothing but warnings, errors and the result");
  return table;
}

std::vector<std::string> limits_of(const TuneOptions& options) {
  std::vector<std::string> limits;
  if (!options.max_model_size.empty()) {
    parse_size("max-model-size", options.max_model_size);
    limits.push_back("--max-model-size=" + options.max_model_size);
  }
  if (!options.max_latency.empty()) {
    parse_duration("max-latency", options.max_latency);
    limits.push_back("--max-latency=" + options.max_latency);
  }
  return limits;
}

void validate(const TuneOptions& options, Task task) {
  if (options.budget.empty() && options.trials == 0) {
    throw UsageError("say when to stop: --budget TIME, as in 30m, or --trials N");
  }
  if (options.goal == TuneGoal::accuracy && task == Task::forecast) {
    throw UsageError(
        "--goal accuracy is for classes, and a forecaster finds numbers; leave it out");
  }
}

SearchSpace choose_space(const TuneOptions& options, Task task) {
  if (options.space_file.empty()) return default_space(task, !options.max_model_size.empty());
  return parse_space(read_file(options.space_file), options.space_file);
}

// Rows that a window may have: a third of the training part, by the lines of the file.
int64_t longest_lookback(const std::string& train_file) {
  constexpr double kTrainingShare = 0.7, kWindows = 3.0;
  std::ifstream file(train_file);
  const auto lines = std::count(std::istreambuf_iterator<char>(file), {}, '\n');
  return static_cast<int64_t>(static_cast<double>(lines) * kTrainingShare / kWindows);
}

// What of the default space the trainer takes here.
SearchSpace usable_part(const SearchSpace& space, const Settings& base,
                        const std::function<std::string(const Settings&)>& configure) {
  std::vector<Knob> knobs;
  for (const auto& knob : space.knobs()) {
    std::vector<std::string> values;
    for (const auto& value : knob.extremes()) {
      try {
        configure({{knob.name(), value}});
        values.push_back(value);
      } catch (const UsageError&) {  // such as --label-smoothing for numbers
      }
    }
    if (knob.name() == "lookback") {
      std::erase_if(values, [longest = longest_lookback(base.at("train"))](const std::string& v) {
        return std::stoll(v) > longest;
      });
    }
    if (values.size() == knob.extremes().size()) {
      knobs.push_back(knob);
    } else if (knob.is_choice() && values.size() > 1) {
      knobs.push_back(Knob::choice(knob.name(), values));
    }
  }
  return SearchSpace(std::move(knobs));
}

// That the trainer takes each knob of a file, before an hour is spent, and that losses stay those
// of the same rows.
void require_known_knobs(const SearchSpace& space, const std::string& file,
                         const std::function<std::string(const Settings&)>& configure) {
  for (const auto& knob : space.knobs()) {
    for (const char* fixed : {"train", "valid", "valid-share", "seed", "split-seed", "split",
                              "split-rows", "scaler", "loss", "horizon", "target", "threads"}) {
      if (knob.name() != fixed) continue;
      throw UsageError(fmt::format(
          "{}: --{} cannot be chosen: validation losses could not be compared; give it to all "
          "trials, on the command line",
          file, fixed));
    }
    for (const auto& value : knob.extremes()) {
      try {
        configure({{knob.name(), value}});
      } catch (const UsageError& error) {
        throw UsageError(fmt::format("{}: {}", file, error.what()));
      }
    }
  }
}

// Makes DIR the best trial's run: meta.json last, so that no half of it is ever taken for a run.
void publish(const fs::path& run, const fs::path& out) {
  fs::remove(out / kMetaFile);
  for (const char* name : {kConfigFile, kTokenizerFile, kMetricsFile, kEvaluationFile, kWeightsFile,
                           kReportFile, kMetaFile}) {
    if (fs::exists(run / name)) {
      write_file_atomically(out / name, read_file(run / name));
    } else {
      fs::remove(out / name);
    }
  }
}

// The best trial's answers to the rows held out, and its page.
void report_best(const TrialBook& book, Task task, int64_t number, Console& console) {
  const auto run = book.run_of(number);
  if (book.trial(number).figures.is_complete) {
    ChildProcess answers(
        {own_program().string(), "train", enum_name(task), "--config",
         book.config_of(number).string(), "--out", run.string(), "--resume", "--quiet"},
        book.log_of(number));
    if (answers.wait() == 0) return;
    console.warn(fmt::format("the best run has no answers for its report: {}",
                             last_line(book.log_of(number))));
  }
  write_report(run);
}

// Weights that nobody will ask for.
void clear_trials(const TrialBook& book, TuneGoal goal, bool is_over) {
  if (!is_over) return;  // --resume needs them
  const auto front = frontier(book, goal);
  for (const auto& trial : book.trials()) {
    const auto run = book.run_of(trial.number);
    const bool may_go_on = !trial.figures.is_complete;  // with a larger budget
    if (!may_go_on && std::ranges::find(front, &trial) == front.end()) {
      fs::remove(run / kWeightsFile);
    }
  }
}

int search(const TuneOptions& options, Task task, const std::vector<std::string>& training) {
  SearchFolder::require_sensible(options.out, options.overwrite, options.resume);
  SearchFolder::require_no_switches(training);
  validate(options, task);
  auto arguments = training;
  arguments.insert(arguments.end(), {"--out", options.out});
  const std::string given = resolved_settings(task, arguments);
  Settings base = settings_in(given);
  const Settings always = held_out_rows(task, base);
  for (const auto& [name, value] : always) base[name] = value;
  const auto limits = limits_of(options);
  if (options.goal == TuneGoal::accuracy && base["target-kind"] == "number") {
    throw UsageError("--goal accuracy is for classes, and --target-kind is number; leave it out");
  }

  const double budget = options.budget.empty() ? 0.0 : parse_duration("budget", options.budget);
  const auto configure = [&](Settings changes) {
    for (const auto& [name, value] : always) changes.emplace(name, value);
    return changed_settings(task, arguments, changes);
  };
  SearchSpace space = choose_space(options, task);
  if (options.space_file.empty()) {
    space = usable_part(space, base, configure);
  } else {
    require_known_knobs(space, options.space_file, configure);
  }

  const SearchFolder folder(options.out, "search", options.overwrite, options.resume);
  const fs::path& out = folder.path();
  folder.require_same(fmt::format("{}\n{}\ngoal = {}\nlimits = {}\n", given, space.to_text(),
                                  enum_name(options.goal), fmt::join(limits, " ")));
  TrialBook book(out, options.goal);
  Console console(options.quiet);
  const int64_t threads = std::stoll(base["threads"]);
  Tuner tuner({.task = task,
               .budget_seconds = budget,
               .trials = options.trials,
               .jobs = options.jobs,
               .threads = threads > 0 ? threads : at::get_num_threads(),
               .goal = options.goal,
               .limits = limits,
               .base = base,
               .configure = configure},
              space, book, std::stoull(base["seed"]), console);
  const SearchEnd end = [&] {
    const InterruptGuard interrupt;
    return tuner.run(InterruptGuard::requested);
  }();
  const int code = end == SearchEnd::interrupted ? InterruptGuard::exit_code() : 0;
  if (book.best() == nullptr) {
    if (end == SearchEnd::interrupted) {
      console.warn("interrupted before any trial was validated; --resume goes on");
      return code;
    }
    throw Error(
        fmt::format("{}: no trial came to a validation; give a longer --budget", options.out));
  }
  const int64_t best = book.best()->number;
  publish(book.run_of(best), out);  // before what takes time
  report_best(book, task, best, console);
  publish(book.run_of(best), out);
  clear_trials(book, options.goal, end == SearchEnd::over);
  const std::string summary = summarize(book, space, base, options.goal);
  write_file_atomically(out / kSummaryFile, summary);
  print_result(summary);
  console.note(fmt::format("{}: the run of trial {}; {}/{} is its settings{}", options.out, best,
                           options.out, kConfigFile,
                           code != 0 ? "; --resume goes on with the search" : ""));
  return code;
}

}  // namespace

int tune_command(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front() == "--help" || arguments.front() == "-h") {
    print_result(kUsage);
    return arguments.empty() ? 2 : 0;
  }
  const Task task = task_named("tune", arguments.front());
  TuneOptions options;
  auto table = make_table(options, enum_name(task));
  std::vector<std::string> own(arguments.begin() + 1, arguments.end());
  const auto training = table.take_foreign(own);
  if (!table.parse(own)) {
    print_result(table.help());
    return 0;
  }
  if (options.print_space) {
    print_result(choose_space(options, task).to_text());
    return 0;
  }
  return search(options, task, training);
}

}  // namespace mnemo
