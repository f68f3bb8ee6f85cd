#include "app/cli/train_request.h"

#include "mnemo/error.h"

namespace mnemo {

void add_train_switches(OptionTable& table, TrainSwitches& switches) {
  table.group("Settings");
  table.text("config", switches.config_file, "file of settings, one `option = value` a line");
  table.flag("print-config", switches.print_config, "print the resolved settings and stop")
      .for_one_training();
  table
      .flag("find-learning-rate", switches.find_learning_rate,
            "try learning rates over 100 steps instead of training, print the loss at each, and "
            "name a good one; --out stays as it is")
      .for_one_training();
  table.flag("quiet", switches.quiet, "say nothing but warnings and errors");
  table
      .flag("report", switches.report,
            "leave a report with the run: report.html, and in evaluation.json the answers to rows "
            "held out")
      .for_one_training();
  describe(table, switches.limits, "refuse a model");
  for (const char* name : {"config", "print-config", "find-learning-rate", "quiet", "report",
                           "max-model-size", "max-latency"}) {
    table.not_in_config(name);
  }
}

void require_consistent_switches(const OptionTable& table, const TrainSwitches& switches) {
  require_parsable(switches.limits);
  if (!switches.find_learning_rate) return;
  for (const char* name : {"resume", "diagnose"}) {
    if (!table.given(name) || table.value(name) != "true") continue;
    throw UsageError(fmt::format(
        "--{} and --find-learning-rate contradict each other; drop one of the two", name));
  }
}

}  // namespace mnemo
