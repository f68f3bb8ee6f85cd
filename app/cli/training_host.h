// A training that the command line runs, whatever the task.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/console.h"
#include "app/cli/train_request.h"
#include "app/settings/compute.h"
#include "app/tasks/frame/frame.h"

namespace mnemo {

// Ctrl-C and SIGTERM end the training after the step at hand.
class CommandLineHost : public TrainingHost {
 public:
  explicit CommandLineHost(Console& console) : console_(console) {}

  Reporter& reporter() override { return console_; }
  void print(const std::string& result) override { print_result(result); }
  void note_rate_search(double seconds) override { rate_search_seconds_ = seconds; }
  void write_report(const std::filesystem::path& run) override;
  FitResult fit_until_stopped(const Fit& fit) override;

  // Tells whoever started this process how the training ended, and returns the exit code.
  int end(FitEnd end) const;

 private:
  Console& console_;
  double rate_search_seconds_ = 0.0;
};

// Trains as the arguments of `mnemo train TASK` say, and returns the exit code.
template <typename Options>
int train_by(const std::vector<std::string>& arguments, const CommandSynopsis& synopsis) {
  const auto request = parse_train<Options>(arguments, synopsis);
  if (request.answer) return print_answer(*request.answer);
  Console console(request.switches.quiet);
  TrainingPlan plan = plan_of(request.options, request.config_text);
  plan.find_learning_rate = request.switches.find_learning_rate;
  plan.report = request.switches.report;
  plan.limits = request.switches.limits;
  CommandLineHost host(console);
  apply_threads(plan.compute.threads);
  return host.end(run_training_by(request.options, plan, host).end);
}

// The commands that train by the options of a task.
struct TrainingCommands {
  // Trains as the arguments of `mnemo train TASK` say, and returns the exit code.
  int (*train)(const std::vector<std::string>& arguments);
  // The settings that these arguments come to, as a config file.
  std::string (*resolved_settings)(const std::vector<std::string>& arguments);
  // The settings that nobody changed, in the same form.
  std::string (*default_settings)();
  MarksByOption (*marks)();  // of all options of `mnemo train TASK`
};

template <typename Options, const CommandSynopsis& synopsis>
TrainingCommands training_commands() {
  return {.train =
              [](const std::vector<std::string>& arguments) {
                return train_by<Options>(arguments, synopsis);
              },
          .resolved_settings =
              [](const std::vector<std::string>& arguments) {
                return parse_train<Options>(arguments, synopsis).config_text;
              },
          .default_settings = default_settings<Options>,
          .marks = training_marks<Options>};
}

}  // namespace mnemo
