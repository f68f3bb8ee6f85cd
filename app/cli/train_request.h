// How the command line of `mnemo train TASK` is read, whatever the task.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/cli/option_table.h"
#include "app/tasks/frame/resolve_settings.h"
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

// Throws UsageError for --find-learning-rate beside what is for trainings.
void require_consistent_switches(const OptionTable& table, const TrainSwitches& switches);

// The marks of all options of `mnemo train TASK`.
template <typename Options>
MarksByOption training_marks() {
  Options options;
  TrainSwitches switches;
  OptionTable table("", "");
  describe(table, options);
  add_train_switches(table, switches);
  return table.marks();
}

template <typename Options>
struct TrainRequest {
  Options options;
  TrainSwitches switches;
  std::string config_text;            // the resolved settings
  std::optional<std::string> answer;  // --help or --print-config: print this and do nothing else
};

// The help of a command says this before its options.
struct CommandSynopsis {
  const char* usage;
  const char* summary;
};

// Throws UsageError for words that are no training; see resolve_settings().
template <typename Options>
TrainRequest<Options> parse_train(const std::vector<std::string>& arguments,
                                  const CommandSynopsis& synopsis) {
  TrainRequest<Options> request;
  auto& switches = request.switches;
  const auto make_table = [&](Options& options) {
    OptionTable table(synopsis.usage, synopsis.summary);
    describe(table, options);
    add_train_switches(table, switches);
    return table;
  };
  auto first = make_table(request.options);
  if (!first.parse(arguments)) {
    request.options = starting_options(request.options);
    request.answer = make_table(request.options).help();
    return request;
  }
  const auto read = [&](Options& options, const std::string& before, const std::string& place) {
    auto table = make_table(options);
    table.fall_back_to(before, place);
    table.parse(arguments);
    require_consistent_switches(table, switches);
    return ReadSettings<OptionTable>{std::move(table), !switches.print_config};
  };
  request.options = {};
  request.config_text = resolve_settings(request.options, read);
  if (switches.print_config) request.answer = request.config_text;
  return request;
}

}  // namespace mnemo
