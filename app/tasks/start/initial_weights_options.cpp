#include "app/tasks/start/initial_weights_options.h"

#include <fmt/format.h>

#include "mnemo/error.h"

namespace mnemo {

void describe(OptionSet& set, InitialWeightsOptions& options) {
  set.group("Start");
  set.text("init-weights", options.file,
           "begin with the weights of this safetensors file, named as those of a run are");
  set.text("init-from", options.run,
           "begin with the weights of this run folder; what answers other labels, targets or "
           "steps starts anew");
  set.exclusive({"init-weights", "init-from"});
}

void require_consistent_start(const OptionSet& set, const InitialWeightsOptions& options) {
  if (options.file.empty() && options.run.empty()) return;
  if (!options.file.empty() && !options.run.empty()) {
    throw SettingError("init-weights", "and `init-from` contradict each other",
                       "drop one of the two");
  }
  for (const char* name : {"embedding-std", "forget-bias", "dense-init", "recurrent-init"}) {
    if (!set.given(name)) continue;
    throw SettingError(name,
                       fmt::format("is for weights that start at random, and those of {} are given",
                                   options.file.empty() ? "`init-from`" : "`init-weights`"),
                       "drop one of the two");
  }
}

}  // namespace mnemo
