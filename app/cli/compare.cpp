// mnemo compare TASK: trains variants of one training on one split of the data, side by side.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <thread>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/interrupt.h"
#include "app/cli/search_folder.h"
#include "app/cli/task_settings.h"
#include "app/console.h"
#include "app/search/child_process.h"
#include "app/search/comparison.h"
#include "app/search/training_folder.h"
#include "app/search/variants.h"
#include "app/training/run_folder.h"
#include "app/training/run_lock.h"
#include "common/files.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUsage =
    R"(usage: mnemo compare TASK --train FILE --out DIR --variants cells|tricks|FILE [options]

  text       classify texts
  series     classify numeric series, or find numbers for them
  forecast   forecast time series

mnemo compare TASK --help shows the options.
)";

constexpr const char* kRunsFolder = "runs";
constexpr const char* kTable = "compare.md";

enum class TableFormat { markdown, csv, json };

}  // namespace

template <>
struct EnumNames<TableFormat> {
  static constexpr std::array table = {EnumName{TableFormat::markdown, "markdown"},
                                       EnumName{TableFormat::csv, "csv"},
                                       EnumName{TableFormat::json, "json"}};
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

// One training that is to be made.
struct Job {
  size_t variant;
  uint64_t seed;
  fs::path run;
  std::string settings = {};
  bool has_failed = false;
  fs::path config() const { return run.string() + ".ini"; }
  fs::path log() const { return run.string() + ".log"; }
  fs::path evaluation() const { return run.string() + ".test.json"; }
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
  table.flag("resume", options.resume, "go on with the interrupted comparison in --out");
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
  return parse_variants(read_file(options.variants), options.variants);
}

// Runs a command of mnemo to its end; false when Ctrl-C ended it. Throws Error when it fails.
bool run_child(std::vector<std::string> arguments, const fs::path& log) {
  arguments.insert(arguments.begin(), own_program().string());
  ChildProcess process(arguments, log);
  constexpr auto kPause = std::chrono::milliseconds(50);
  while (process.is_running()) {
    if (InterruptGuard::requested()) process.interrupt();
    std::this_thread::sleep_for(kPause);
  }
  const int code = process.wait();
  if (InterruptGuard::requested()) return false;
  if (code != 0) {
    throw Error(fmt::format("mnemo {} {} failed: {}; its log is {}", arguments[1], arguments[2],
                            last_line(log), log.string()));
  }
  return true;
}

class Comparison {
 public:
  Comparison(const CompareOptions& options, Task task, std::vector<Variant> variants,
             Console& console)
      : options_(options), task_(task), variants_(std::move(variants)), console_(console) {
    for (int64_t seed = 1; seed <= options.seeds; ++seed) {
      for (size_t variant = 0; variant < variants_.size(); ++variant) {
        jobs_.push_back({.variant = variant,
                         .seed = static_cast<uint64_t>(seed),
                         .run = fs::path(options.out) / kRunsFolder /
                                fmt::format("{}-{}", variants_[variant].name, seed)});
      }
    }
  }

  // Resolves the settings of all trainings, so that what is refused is before the first of them.
  // `split`: what says which rows are held out, one split for all.
  // `is_own`: whether somebody wrote the variants for these settings; of the general ones those
  // that the trainer does not take here are left out.
  void resolve(const std::vector<std::string>& arguments, const Settings& split, bool is_own) {
    std::vector<Job> taken;
    for (auto& job : jobs_) {
      Settings changes = variants_[job.variant].changes;
      changes["seed"] = std::to_string(job.seed);
      for (const auto& [name, value] : split) changes.emplace(name, value);
      try {
        job.settings = changed_settings(task_, arguments, changes);
        taken.push_back(job);
      } catch (const UsageError& error) {
        if (!is_own) {
          if (job.seed == 1) {
            console_.note(
                fmt::format("{} is left out: {}", variants_[job.variant].name, error.what()));
          }
          continue;
        }
        throw UsageError(fmt::format("variant {}: {}", variants_[job.variant].name, error.what()));
      }
    }
    jobs_ = std::move(taken);
  }

  // Trains what is not trained yet; false when Ctrl-C ended it.
  bool train_all() {
    fs::create_directories(fs::path(options_.out) / kRunsFolder);
    for (const auto& job : jobs_) write_file_atomically(job.config(), job.settings);
    for (size_t i = 0; i < jobs_.size(); ++i) {
      try {
        if (InterruptGuard::requested() || !train(i)) return false;
      } catch (const Error& error) {  // the others have not failed
        jobs_[i].has_failed = true;
        console_.warn(error.what());
      }
    }
    if (std::ranges::all_of(jobs_, &Job::has_failed)) throw Error("no training succeeded");
    return true;
  }

  std::vector<VariantOutcomes> outcomes(ComparedFigure& figure) const {
    std::vector<VariantOutcomes> all;
    for (const auto& variant : variants_) {
      all.push_back({.name = variant.name, .changes = words_of(variant.changes), .outcomes = {}});
    }
    for (const auto& job : jobs_) {
      if (!job.has_failed) all[job.variant].outcomes.push_back(outcome_of(job, figure));
    }
    std::erase_if(all, [](const VariantOutcomes& variant) { return variant.outcomes.empty(); });
    return all;
  }

 private:
  bool train(size_t number) {
    const Job& job = jobs_[number];
    console_.progress(fmt::format("{} of {}: {} with seed {} ...", number + 1, jobs_.size(),
                                  variants_[job.variant].name, job.seed));
    if (!read_training(job.run).is_complete &&
        !run_child({"train", enum_name(task_), "--config", job.config().string(), "--out",
                    job.run.string(), "--resume", "--quiet"},
                   job.log())) {
      return false;
    }
    if (!options_.test_file.empty() && !fs::exists(job.evaluation())) {
      const fs::path temporary = job.evaluation().string() + ".part";
      fs::remove(temporary);
      if (!run_child(
              {"evaluate", job.run.string(), "--data", options_.test_file, "--json", "--quiet"},
              temporary)) {
        return false;
      }
      fs::rename(temporary, job.evaluation());
    }
    ComparedFigure figure;
    const auto outcome = outcome_of(job, figure);
    console_.note(fmt::format("{} of {}: {} with seed {}: {} {} {:.4f}, {}", number + 1,
                              jobs_.size(), variants_[job.variant].name, job.seed, figure.part,
                              figure.name, outcome.value, format_duration(outcome.seconds)));
    return true;
  }

  // `figure`: is told what the value is.
  Outcome outcome_of(const Job& job, ComparedFigure& figure) const {
    const auto figures = read_training(job.run);
    if (!figures.kept) throw Error(fmt::format("{}: the run is not complete", job.run.string()));
    const auto& best = *figures.kept;
    Outcome outcome{.seed = job.seed,
                    .value = best.metric,
                    .loss = best.loss,
                    .seconds = figures.seconds(),
                    .milliseconds = figures.milliseconds,
                    .parameters = figures.parameters};
    const bool is_share = figures.metric == "accuracy";
    figure = {
        .name = figures.metric, .part = "validation", .higher_is_better = is_share, .rows = 0};
    const auto meta = parse_meta(read_file(job.run / kMetaFile), (job.run / kMetaFile).string());
    const auto& data = meta.at("data");
    if (is_share) figure.rows = data.value("valid_rows", data.value("valid_series", int64_t{0}));
    if (options_.test_file.empty()) return outcome;
    const auto test = nlohmann::json::parse(read_file(job.evaluation()));
    figure.part = "test";
    if (!is_share) figure.name = test.contains("scaled_mse") ? "scaled_mse" : "mse";
    if (is_share) figure.rows = test.value("n", int64_t{0});
    outcome.value = test.at(figure.name).get<double>();
    return outcome;
  }

  const CompareOptions& options_;
  Task task_;
  std::vector<Variant> variants_;
  Console& console_;
  std::vector<Job> jobs_;
};

void print_tables(const CompareOptions& options, const std::vector<VariantOutcomes>& outcomes,
                  const ComparedFigure& figure) {
  const fs::path out = options.out;
  const std::string markdown = to_markdown(outcomes, figure);
  const std::string csv = to_csv(outcomes, figure);
  const std::string json = to_json(outcomes, figure).dump(2) + "\n";
  write_file_atomically(out / kTable, markdown);
  write_file_atomically(out / "compare.csv", csv);
  write_file_atomically(out / "compare.json", json);
  switch (options.format) {
    case TableFormat::markdown:
      return print_result(markdown);
    case TableFormat::csv:
      return print_result(csv);
    case TableFormat::json:
      return print_result(json);
  }
}

int compare(const CompareOptions& options, Task task, const std::vector<std::string>& training) {
  if (options.variants.empty()) {
    throw UsageError("--variants is missing: name cells, tricks or a file of variants");
  }
  SearchFolder::require_sensible(options.out, options.overwrite, options.resume);
  SearchFolder::require_no_switches(training);
  auto arguments = training;
  arguments.insert(arguments.end(), {"--out", options.out});
  const std::string base = resolved_settings(task, arguments);
  const auto variants = variants_of(options, task, settings_in(base));

  Settings split;
  if (options.test_file.empty()) split = held_out_rows(task, settings_in(base));
  if (task != Task::forecast && settings_in(base)["split-seed"] == "auto") {
    split["split-seed"] = settings_in(base)["seed"];
  }
  Console console(options.quiet);
  Comparison comparison(options, task, variants, console);
  const bool is_own = options.variants != "cells" && options.variants != "tricks";
  comparison.resolve(arguments, split, is_own);

  const SearchFolder folder(options.out, "comparison", options.overwrite, options.resume);
  std::string identity = fmt::format("{}\ntest = {}\n", base, options.test_file);
  for (const auto& [name, value] : split) identity += fmt::format("{} = {}\n", name, value);
  for (const auto& variant : variants) {
    identity += fmt::format("[{}] {}\n", variant.name, words_of(variant.changes));
  }
  folder.require_same(identity);
  const bool is_complete = [&] {
    const InterruptGuard interrupt;
    return comparison.train_all();
  }();
  console.end_progress();
  if (!is_complete) {
    console.warn("interrupted; --resume goes on with it");
    return InterruptGuard::exit_code();
  }
  ComparedFigure figure;
  const auto outcomes = comparison.outcomes(figure);
  print_tables(options, outcomes, figure);
  return 0;
}

}  // namespace

int compare_command(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front() == "--help" || arguments.front() == "-h") {
    print_result(kUsage);
    return arguments.empty() ? 2 : 0;
  }
  const Task task = task_named("compare", arguments.front());
  CompareOptions options;
  auto table = make_table(options, enum_name(task));
  std::vector<std::string> own(arguments.begin() + 1, arguments.end());
  const auto training = table.take_foreign(own);
  if (!table.parse(own)) {
    print_result(table.help());
    return 0;
  }
  return compare(options, task, training);
}

}  // namespace mnemo
