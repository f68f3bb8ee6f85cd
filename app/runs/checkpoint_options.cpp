#include "app/runs/checkpoint_options.h"

#include "app/runs/checkpoint.h"
#include "mnemo/error.h"

namespace mnemo {

void describe_run_folder(OptionSet& set, std::string& out, bool& overwrite, const char* help) {
  set.text("out", out, help).same_in_searches();
  set.flag("overwrite", overwrite, "replace a run that stands in `out`").same_in_searches();
  for (const char* name : {"out", "overwrite"}) set.not_in_config(name);
}

void require_run_folder(const std::string& out) {
  if (!out.empty()) return;
  throw SettingError("out", "is missing", "name the folder that the run is to be kept in");
}

void describe(OptionSet& set, CheckpointOptions& options) {
  set.group("Interrupted runs");
  set.flag("resume", options.resume,
           "go on with the interrupted training in `out`, whose settings need not be given again; "
           "begin where there is none")
      .same_in_searches();
  set.text("checkpoint-every", options.every,
           "how often to save all that `resume` needs: steps, as in 500steps, or a time, as in "
           "30s, 5m or 1h; 0: only on Ctrl-C and SIGTERM")
      .may_change_on_resume();
  set.choice("on-checkpoint-error", options.on_error,
             "what to do when weights or checkpoints cannot be written while training")
      .may_change_on_resume();
  set.number("pause-after", options.pause_after, {0.0, 1.0},
             "share of the epochs, rounded up, after which to stop; `resume` goes on; 0: never")
      .same_in_searches()
      .for_one_training();
  for (const char* name : {"resume", "pause-after"}) set.not_in_config(name);
}

void require_consistent_checkpoints(const OptionSet& set, const CheckpointOptions& options) {
  parse_checkpoint_plan(options.every);
  if (options.resume && set.given("overwrite")) {
    throw SettingError("resume", "and `overwrite` contradict each other", "drop one of the two");
  }
}

}  // namespace mnemo
