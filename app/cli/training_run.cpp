#include "app/cli/training_run.h"

#include <ATen/Context.h>
#include <ATen/Version.h>
#include <fmt/format.h>
#include <torch/version.h>

#include <filesystem>
#include <optional>
#include <utility>

#include "app/cli/interrupt.h"
#include "app/memory.h"
#include "app/training/training_log.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

std::string kept_weights(const FitResult& result, const std::string& out) {
  if (result.best_epoch > 0) {
    return fmt::format("{} keeps the weights of epoch {}", out, result.best_epoch);
  }
  if (result.good_steps > 0) {
    return fmt::format("{} keeps weights of epoch 1, which no validation has measured", out);
  }
  return "Nothing was kept, since not one step was good";
}

// meta.json
nlohmann::json describe(RunDescription run, const FitOptions& fit, const Compute& compute) {
  return {{"task", enum_name(run.task)},
          {"settings", std::move(run.settings)},
          {"data", std::move(run.data)},
          {"epochs", fit.epochs},
          {"patience", fit.patience},
          {"torch_version", TORCH_VERSION},
          {"machine",
           {{"cpu_capability", at::get_cpu_capability()},
            {"threads", compute.threads},
            {"precision", compute.type == at::kBFloat16 ? "bf16" : "fp32"}}}};
}

// Tells how a training ended and returns the exit code.
int report_end(const FitResult& result, const ObjectiveWords& words, const std::string& out,
               bool can_go_on, double seconds, Console& console) {
  const std::string kept = kept_weights(result, out);
  switch (result.end) {
    case FitEnd::finished:
    case FitEnd::stopped_early:
      console.note(fmt::format("{}: validation {} {:.4f} at epoch {}, {} in all", out, words.metric,
                               result.best_valid.mean_metric(), result.best_epoch,
                               format_duration(seconds)));
      return 0;
    case FitEnd::interrupted:
      console.warn(
          fmt::format("interrupted. {}{}", kept, can_go_on ? "; --resume goes on with it" : ""));
      return InterruptGuard::exit_code();
    case FitEnd::diverged:
      throw Error(fmt::format("training stopped: {}. {}", result.message, kept));
  }
  throw Error("unhandled end of training");
}

}  // namespace

bool is_finished(const std::string& out, const CheckpointOptions& options, Console& console) {
  if (!options.resume || std::filesystem::exists(std::filesystem::path(out) / kCheckpointFile)) {
    return false;
  }
  const std::string status = run_status(out);
  if (status == "diverged") {
    throw Error(fmt::format(
        "--resume: the training in {} diverged, and would again; change its settings and "
        "begin anew with --overwrite",
        out));
  }
  if (status.empty() || status == "training" || status == "interrupted") return false;
  if (status == "imported") {
    throw Error(fmt::format(
        "--resume: {} was imported; to train it further, name it with --init-from", out));
  }
  console.note(
      fmt::format("{}: the training is finished already; there is nothing to resume", out));
  return true;
}

IfExists if_exists(bool overwrite, const CheckpointOptions& options) {
  if (options.resume) return IfExists::resume;
  return overwrite ? IfExists::overwrite : IfExists::refuse;
}

int run_training(Objective& objective, BatchSource& train, BatchSource& valid,
                 const OptimizerOptions& optimizer_options, const FitOptions& fit_options,
                 const Compute& compute, RunDescription description,
                 const CheckpointOptions& checkpoints, RunFolder& folder, Console& console,
                 std::chrono::steady_clock::time_point start) {
  const auto optimizer = make_optimizer(objective.model().parameters(), optimizer_options);
  TrainingLog log(folder, console, objective,
                  describe(std::move(description), fit_options, compute), checkpoints.on_error);
  FitOptions options = fit_options;
  options.checkpoints = parse_checkpoint_plan(checkpoints.every);
  std::optional<Checkpoint> checkpoint;
  if (checkpoints.resume) {
    checkpoint = read_checkpoint(folder.path());
    if (!checkpoint)
      console.note(fmt::format("{}: no checkpoint; begins anew", folder.path().string()));
  } else {
    folder.remove_checkpoint();
  }
  if (checkpoint) log.resume(*checkpoint);

  keep_freed_memory();
  const InterruptGuard interrupt;
  const FitResult result =
      fit(objective, train, valid, *optimizer, options, log, InterruptGuard::requested,
          checkpoint ? &checkpoint->state : nullptr);
  log.finish(result);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return report_end(result, objective.words(), folder.path().string(), log.has_checkpoint(),
                    seconds.count(), console);
}

}  // namespace mnemo
