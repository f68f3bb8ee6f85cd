#include "app/cli/training_host.h"

#include "app/cli/commands.h"
#include "app/cli/interrupt.h"
#include "app/cli/report.h"
#include "app/settings/compute.h"
#include "app/support/command_result.h"
#include "app/support/memory.h"

namespace mnemo {
namespace {

class CommandLineHost : public TrainingHost {
 public:
  explicit CommandLineHost(Console& console) : console_(console) {}

  Reporter& reporter() override { return console_; }
  void print(const std::string& result) override { print_result(result); }
  void note_rate_search(double seconds) override { rate_search_seconds_ = seconds; }
  void write_report(const std::filesystem::path& run) override { mnemo::write_report(run); }
  FitResult fit_until_stopped(const Fit& fit) override {
    keep_freed_memory();
    const InterruptGuard interrupt;  // what comes after the training may be ended at once
    return fit(InterruptGuard::requested);
  }

  double rate_search_seconds() const { return rate_search_seconds_; }

 private:
  Console& console_;
  double rate_search_seconds_ = 0.0;
};

}  // namespace

int train(const TrainingPlan& plan, const MakeTrainer& make_trainer, Console& console) {
  CommandLineHost host(console);
  apply_threads(plan.compute.threads);
  const FitEnd end = run_training(plan, make_trainer, host).end;
  const bool is_interrupted = end == FitEnd::interrupted;
  write_command_result({.end = is_interrupted ? CommandEnd::interrupted : CommandEnd::done,
                        .rate_search_seconds = host.rate_search_seconds()});
  return is_interrupted ? InterruptGuard::exit_code() : 0;
}

}  // namespace mnemo
