// How the command line of `mnemo train TASK` is read, whatever the task.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/cli/option_table.h"
#include "app/runs/run_folder.h"
#include "app/training/model_limits.h"

namespace mnemo {

struct TrainSwitches {
  std::string config_file;
  bool print_config = false;
  bool find_learning_rate = false;
  bool quiet = false;
  bool report = true;
  ModelLimits limits = {};
};

// --config, --print-config, --find-learning-rate, --quiet, --report, --max-model-size,
// --max-latency
void add_train_switches(OptionTable& table, TrainSwitches& switches);

template <typename Options>
struct TrainRequest {
  Options options;
  bool quiet = false;
  bool find_learning_rate = false;  // try learning rates instead of training
  bool report = true;               // leave one with the run
  ModelLimits limits = {};
  std::string config_text;            // the resolved settings
  std::optional<std::string> answer;  // --help or --print-config: print this and do nothing else
};

// The values that the settings begin with: those of the preset that was named.
template <typename Options>
Options starting_options(const Options& named) {
  return preset_options(named.preset);
}

// For `complete` below: every setting stands for itself.
template <typename Options>
void nothing_to_complete(OptionTable&, const Options&) {}

// The settings of the training in `out` that is to be resumed; empty where there is none.
std::string settings_to_resume(const std::string& out);

// Throws UsageError naming the first setting on which the two differ, of those that matter to the
// numbers of a training.
void require_same_settings(const std::string& before, const std::string& now,
                           const std::string& out);

// The values that a training began with whose settings, of an earlier mnemo maybe, are in `before`.
template <typename Options, typename MakeTable>
Options begun_with(const std::string& before, const std::string& out, MakeTable make_table) {
  Options named;
  TrainSwitches none;
  auto table = make_table(named, none);
  table.fall_back_to(before, out + "/" + kConfigFile);
  table.parse({});
  return starting_options(named);
}

// `make_table` binds options and switches to a table; `require_consistent` throws UsageError for
// options that contradict each other; `complete` sets what follows from the files that options
// name. Then validate(options) throws UsageError for settings that make no training.
template <typename Options, typename MakeTable, typename RequireConsistent,
          typename Complete = void (*)(OptionTable&, const Options&)>
TrainRequest<Options> parse_train(const std::vector<std::string>& arguments, MakeTable make_table,
                                  RequireConsistent require_consistent,
                                  Complete complete = nothing_to_complete<Options>) {
  // Read once to learn the preset, then again over the preset's values.
  TrainRequest<Options> request;
  TrainSwitches switches;
  auto first = make_table(request.options, switches);
  const bool help = !first.parse(arguments);
  const std::string out = request.options.out;
  const bool resume = request.options.checkpoint.resume && !help;
  if (resume && switches.find_learning_rate) {
    throw UsageError(
        "--resume and --find-learning-rate contradict each other; drop one of the two");
  }
  const bool diagnoses = first.given("diagnose") && first.value("diagnose") == "true";
  if (diagnoses && switches.find_learning_rate) {
    throw UsageError(
        "--diagnose and --find-learning-rate contradict each other; drop one of the two");
  }
  const std::string before = resume ? settings_to_resume(out) : "";
  request.options = before.empty() ? starting_options(request.options)
                                   : begun_with<Options>(before, out, make_table);
  auto table = make_table(request.options, switches);
  table.fall_back_to(before, out + "/" + kConfigFile);
  table.parse(arguments);
  request.quiet = switches.quiet;
  request.find_learning_rate = switches.find_learning_rate;
  request.report = switches.report;
  request.limits = switches.limits;
  if (help) {
    request.answer = table.help();
    return request;
  }
  require_parsable(switches.limits);
  if (!switches.print_config) require_consistent(table, request.options);
  if (before.empty()) complete(table, request.options);  // else it was complete already
  if (!switches.print_config) validate(request.options);
  request.config_text = table.config_text();
  if (!before.empty()) {
    // As an earlier mnemo wrote them: with this one's names, and its defaults for what is new.
    auto had = begun_with<Options>(before, out, make_table);
    TrainSwitches none;
    auto earlier = make_table(had, none);
    earlier.fall_back_to(before, out + "/" + kConfigFile);
    earlier.parse({});
    require_same_settings(earlier.config_text(), request.config_text, out);
  }
  if (switches.print_config) request.answer = request.config_text;
  return request;
}

}  // namespace mnemo
