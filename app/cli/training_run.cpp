#include "app/cli/training_run.h"

#include <ATen/Context.h>
#include <ATen/Version.h>
#include <fmt/format.h>
#include <torch/version.h>

#include <cmath>
#include <filesystem>
#include <optional>
#include <utility>

#include "app/cli/commands.h"
#include "app/cli/interrupt.h"
#include "app/cli/report.h"
#include "app/support/memory.h"
#include "app/training/latency.h"
#include "app/training/rate_range.h"
#include "common/files.h"
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
nlohmann::json describe(RunDescription run, const torch::nn::Module& model,
                        const TrainingPlan& plan, const ModelCost& cost) {
  int64_t parameters = run.fitted_parameters;
  for (const auto& parameter : model.parameters()) parameters += parameter.numel();
  return {{"task", run.task},
          {"settings", std::move(run.settings)},
          {"data", std::move(run.data)},
          {"lengths", run.lengths.is_null() ? nlohmann::json::object() : std::move(run.lengths)},
          {"fitted", run.fitted.is_null() ? nlohmann::json::object() : std::move(run.fitted)},
          {"parameters", parameters},
          {"model_bytes", cost.bytes},
          {"latency_ms", cost.milliseconds},
          {"late_part", static_cast<bool>(plan.after_fit)},
          {"epochs", plan.fit.epochs},
          {"patience", plan.fit.patience},
          {"torch_version", TORCH_VERSION},
          {"machine",
           {{"cpu_capability", at::get_cpu_capability()},
            {"threads", plan.compute.threads},
            {"precision", plan.compute.type == at::kBFloat16 ? "bf16" : "fp32"}}}};
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
    case FitEnd::paused:
      console.note(fmt::format("paused. {}; --resume goes on with it", kept));
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

bool is_done(const FitResult& result) {
  return result.end == FitEnd::finished || result.end == FitEnd::stopped_early;
}

// Leaves the report beside the run. A training that has succeeded does not fail by it.
void report(bool has_answers, const TrainingPlan& plan, const RunFolder& folder, Console& console) {
  const auto attempt = [&](const char* what, const auto& make) {
    try {
      make();
    } catch (const std::exception& error) {
      console.warn(fmt::format("{}: {}", what, error.what()));
    }
  };
  if (has_answers && plan.answers) {
    attempt("the run is complete, but its report has no answers", [&] {
      write_file_atomically(folder.path() / kEvaluationFile, plan.answers().dump() + "\n");
    });
  }
  attempt("there is no report", [&] { write_report(folder.path()); });
}

bool is_done(const std::string& status) {
  return status == "finished" || status == "stopped early";
}

// What the model costs, as it will be kept.
ModelCost cost_of(Objective& objective, BatchSource& valid, const RunFolder& folder) {
  auto bytes = static_cast<double>(folder.added(kTokenizerFile).size());
  for (const auto& [name, tensor] : named_tensors(objective.model())) {
    bytes += static_cast<double>(tensor.nbytes());
  }
  return {.bytes = bytes, .milliseconds = median_latency(objective, valid)};
}

// Of a run that is trained, and was cut off before it had one, or was to have none.
int report_finished_run(const TrainingPlan& plan, const RunDescription& now,
                        const RunFolder& folder, Console& console) {
  const auto path = folder.path() / kMetaFile;
  if (parse_meta(read_file(path), path.string()).at("data") != now.data) {
    throw Error(
        fmt::format("{}: the data are not those that the run was trained on; to train on "
                    "these, begin anew with --overwrite",
                    folder.path().string()));
  }
  report(/*has_answers=*/true, plan, folder, console);
  console.note(fmt::format("{}: has its report now", folder.path().string()));
  return 0;
}

std::optional<LateAddition> late_addition(const TrainingPlan& plan) {
  if (!plan.after_fit) return std::nullopt;
  const auto start = std::chrono::steady_clock::now();
  auto addition = plan.after_fit();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (addition) addition->seconds = took.count();
  return addition;
}

// The checkpoint to go on from.
std::optional<Checkpoint> start_from(const RunFolder& folder, const CheckpointOptions& options,
                                     Console& console) {
  if (!options.resume) return std::nullopt;
  auto checkpoint = read_checkpoint(folder.path());
  if (!checkpoint) {
    console.note(fmt::format("{}: no checkpoint; begins anew", folder.path().string()));
  }
  return checkpoint;
}

void report_rates(const RateCurve& curve, double seconds, Console& console) {
  constexpr double kBelowLowest = 10.0;
  print_result(to_tsv(curve));
  console.note(fmt::format("{} steps took {:.3f} s", curve.points.size(), seconds));
  console.note(fmt::format(
      "the loss is lowest at a learning rate of {:.2g} and falls fastest at {:.2g}; try "
      "--learning-rate {:.1g}, a tenth of the first",
      curve.at_lowest, curve.steepest, curve.at_lowest / kBelowLowest));
}

}  // namespace

bool is_finished(RunFolder& folder, const CheckpointOptions& options, bool report,
                 Console& console) {
  if (!options.resume) return false;
  const std::string out = folder.path().string();
  const auto [status, training_id] = run_status(folder.path());
  const auto checkpoint = read_checkpoint(folder.path());
  // A training that is to replace the run has another one's checkpoint.
  if (checkpoint && checkpoint->training_id != training_id) return false;
  if (is_done(status)) {
    folder.remove_checkpoint();  // which a kill just then may have left
    if (report && !std::filesystem::exists(folder.path() / kEvaluationFile)) return false;
    console.note(
        fmt::format("{}: the training is finished already; there is nothing to resume", out));
    return true;
  }
  if (checkpoint || status == "training" || status == "interrupted") return false;
  if (status == "diverged") {
    throw Error(
        fmt::format("--resume: the training in {} diverged, and would again; change its settings "
                    "and begin anew with --overwrite",
                    out));
  }
  if (status == "imported") {
    throw Error(fmt::format(
        "--resume: {} was imported; to train it further, name it with --init-from", out));
  }
  if (!std::filesystem::exists(folder.path() / kWeightsFile)) return false;
  throw Error(fmt::format(
      "--resume: {} holds weights without a {} that can be read; begin anew with --overwrite", out,
      kMetaFile));
}

IfExists if_exists(bool overwrite, bool find_learning_rate, const CheckpointOptions& options) {
  if (options.resume) return IfExists::resume;
  return overwrite || find_learning_rate ? IfExists::overwrite : IfExists::refuse;
}

int run_training(Objective& objective, BatchSource& train, BatchSource& valid,
                 const TrainingPlan& plan, RunDescription description, RunFolder& folder,
                 Console& console, std::chrono::steady_clock::time_point start) {
  const auto optimizer = make_optimizer(objective.model().parameters(), plan.optimizer);
  if (!plan.paces.empty()) optimizer->set_paces(plan.paces);
  if (plan.find_learning_rate) {
    const auto begin = std::chrono::steady_clock::now();
    const auto curve = find_learning_rate(objective, train, *optimizer, plan.fit);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    report_rates(curve, took.count(), console);
    return 0;
  }
  const bool has_checkpoint = std::filesystem::exists(folder.path() / kCheckpointFile);
  if (plan.checkpoints.resume && !has_checkpoint && is_done(run_status(folder.path()).status)) {
    return report_finished_run(plan, description, folder, console);
  }
  const ModelCost cost = cost_of(objective, valid, folder);
  TrainingLog log(folder, console, objective,
                  describe(std::move(description), objective.model(), plan, cost),
                  plan.checkpoints.on_error, plan.diagnosis);
  FitOptions options = plan.fit;
  options.pause_after = static_cast<int64_t>(
      std::ceil(plan.checkpoints.pause_after * static_cast<double>(options.epochs)));
  options.checkpoints = parse_checkpoint_plan(plan.checkpoints.every);
  if (options.stop_after > 0 && options.stop_after < options.epochs) {
    console.note(fmt::format("stops after epoch {} of {} (--stop-after)", options.stop_after,
                             options.epochs));
  }
  auto checkpoint = start_from(folder, plan.checkpoints, console);
  std::optional<FitState> state;
  if (!checkpoint) {  // else it was, and a time is never the same
    require_within(plan.limits,
                   {.bytes = cost.bytes + plan.late_bytes, .milliseconds = cost.milliseconds});
  }
  if (checkpoint) {
    log.resume(*checkpoint);
    state = std::move(checkpoint->state);
  }

  keep_freed_memory();
  FitResult result = [&] {
    const InterruptGuard interrupt;  // what comes after the training may be ended at once
    return fit(objective, train, valid, *optimizer, options, log, InterruptGuard::requested,
               std::move(state));
  }();
  if (is_done(result)) {
    if (const auto addition = late_addition(plan)) {
      const ModelCost cost_now = cost_of(objective, valid, folder);
      require_within(plan.limits, {.bytes = cost_now.bytes});
      log.add(*addition, cost_now);
      result.best_valid = addition->valid;
    }
  }
  log.finish(result);
  if (result.end == FitEnd::paused && plan.after_fit) {
    const auto addition = late_addition(plan);
    const ModelCost cost_now = cost_of(objective, valid, folder);
    require_within(plan.limits, {.bytes = cost_now.bytes});
    log.note_outlook(addition, cost_now);
    if (addition) {
      console.note("that is what it would keep if it ended here; its weights are the layers alone");
    }
  }
  if (plan.report && folder.is_on_disk()) report(is_done(result), plan, folder, console);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return report_end(result, objective.words(), folder.path().string(),
                    std::filesystem::exists(folder.path() / kCheckpointFile), seconds.count(),
                    console);
}

}  // namespace mnemo
