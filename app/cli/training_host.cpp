#include "app/cli/training_host.h"

#include "app/cli/interrupt.h"
#include "app/cli/report.h"
#include "app/support/command_result.h"
#include "app/support/memory.h"

namespace mnemo {

void CommandLineHost::write_report(const std::filesystem::path& run) { mnemo::write_report(run); }

FitResult CommandLineHost::fit_until_stopped(const Fit& fit) {
  keep_freed_memory();
  const InterruptGuard interrupt;  // what comes after the training may be ended at once
  return fit(InterruptGuard::requested);
}

int CommandLineHost::end(FitEnd end) const {
  const bool is_interrupted = end == FitEnd::interrupted;
  write_command_result({.end = is_interrupted ? CommandEnd::interrupted : CommandEnd::done,
                        .rate_search_seconds = rate_search_seconds_});
  return is_interrupted ? InterruptGuard::exit_code() : 0;
}

}  // namespace mnemo
