#include "app/tasks/frame/frame.h"

#include <ATen/Context.h>
#include <ATen/Version.h>
#include <fmt/format.h>
#include <torch/version.h>

#include <chrono>
#include <cmath>
#include <utility>

#include "app/runs/run_folder.h"
#include "app/support/wording.h"
#include "app/training/latency.h"
#include "app/training/rate_range.h"
#include "common/files.h"
#include "mnemo/error.h"
#include "models/safetensors.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string kept_weights(const FitResult& result, const std::string& out) {
  if (result.best_epoch > 0) {
    return fmt::format("{} keeps the weights of epoch {}", out, result.best_epoch);
  }
  if (result.good_steps > 0) {
    return fmt::format("{} keeps weights of epoch 1, which no validation has measured", out);
  }
  return "Nothing was kept, since not one step was good";
}

bool is_done(const FitResult& result) {
  return result.end == FitEnd::finished || result.end == FitEnd::stopped_early;
}

// Says what may happen to a run that stands there already.
IfExists if_exists(const TrainingPlan& plan) {
  if (plan.checkpoints.resume) return IfExists::resume;
  return plan.overwrite || plan.find_learning_rate ? IfExists::overwrite : IfExists::refuse;
}

// True when `resume` finds a run in `folder` with which nothing is left to do, which it says; a run
// that is to have a report, and was cut off before it had one, is not such. Throws Error when that
// one diverged, since it would again, and when no training made it.
bool is_finished(RunFolder& folder, const TrainingPlan& plan, Reporter& reporter) {
  if (!plan.checkpoints.resume) return false;
  const std::string out = folder.path().string();
  const auto [state, training_id, task] = run_status(folder.path());
  const auto checkpoint = read_checkpoint(folder.path());
  // A training that is to replace the run has another one's checkpoint.
  if (checkpoint && checkpoint->training_id != training_id) return false;
  if (is_done(state)) {
    folder.remove_checkpoint();  // which a kill just then may have left
    const bool wants_answers = plan.report && gives_answers(plan.task);
    if (wants_answers && !fs::exists(folder.path() / kEvaluationFile)) return false;
    reporter.note(
        fmt::format("{}: the training is finished already; there is nothing to resume", out));
    return true;
  }
  if (checkpoint || state == RunState::training || state == RunState::interrupted) return false;
  if (state == RunState::diverged) {
    throw Error({.setting = "resume",
                 .problem = fmt::format(": the training in {} diverged, and would again", out),
                 .remedy = "change its settings and begin anew with `overwrite`"});
  }
  if (state == RunState::imported) {
    throw Error({.setting = "resume",
                 .problem = fmt::format(": {} was imported", out),
                 .remedy = "to train it further, name it with `init-from`"});
  }
  if (!fs::exists(folder.path() / kWeightsFile)) return false;
  throw Error(
      {.setting = "resume",
       .problem = fmt::format(": {} holds weights without a {} that can be read", out, kMetaFile),
       .remedy = "begin anew with `overwrite`"});
}

// One training whose trainer stands.
class Training {
 public:
  Training(const TrainingPlan& plan, const Compute& compute, RunFolder& folder, Trainer& trainer,
           TrainingHost& host)
      : plan_(plan),
        compute_(compute),
        folder_(folder),
        trainer_(trainer),
        host_(host),
        reporter_(host.reporter()),
        optimizer_(make_optimizer(trainer.objective().model().parameters(), plan.optimizer)) {
    if (const auto paces = trainer.paces(); !paces.empty()) optimizer_->set_paces(paces);
  }

  // Tries learning rates and prints the loss at each.
  void find_rate();
  bool lacks_only_its_report() const;
  void make_missing_report();
  FitResult fit_and_keep();
  // Tells how the training ended; throws Error when it diverged.
  void report_end(const FitResult& result, double seconds);

 private:
  FitOptions fit_options();
  nlohmann::json meta(const ModelCost& cost) const;
  double weights_bytes() const;
  ModelCost cost_now();
  std::optional<Checkpoint> checkpoint_to_go_on_from();
  std::optional<LateAddition> late_addition(const FitResult& result);
  void leave_report(bool has_answers);

  const TrainingPlan& plan_;
  const Compute& compute_;
  RunFolder& folder_;
  Trainer& trainer_;
  TrainingHost& host_;
  Reporter& reporter_;
  std::unique_ptr<Optimizer> optimizer_;
};

void Training::find_rate() {
  const auto begin = Clock::now();
  const auto curve =
      find_learning_rate(trainer_.objective(), trainer_.train(), *optimizer_, trainer_.fit());
  const double took = seconds_since(begin);
  constexpr double kBelowLowest = 10.0;
  host_.note_rate_search(took);
  host_.print(to_tsv(curve));
  reporter_.note(fmt::format("{} steps took {:.3f} s", curve.points.size(), took));
  reporter_.note(fmt::format(
      "the loss is lowest at a learning rate of {:.2g} and falls fastest at {:.2g}; try "
      "`learning-rate` {:.1g}, a tenth of the first",
      curve.at_lowest, curve.steepest, curve.at_lowest / kBelowLowest));
}

// It is trained, and was cut off before it had a report, or was to have none.
bool Training::lacks_only_its_report() const {
  return plan_.checkpoints.resume && !fs::exists(folder_.path() / kCheckpointFile) &&
         is_done(run_status(folder_.path()).state);
}

void Training::make_missing_report() {
  const auto path = folder_.path() / kMetaFile;
  if (parse_meta(read_file(path), path.string()).at("data") != trainer_.description().data) {
    throw Error(
        fmt::format("{}: the data are not those that the run was trained on; to train on "
                    "these, begin anew with `overwrite`",
                    folder_.path().string()));
  }
  leave_report(/*has_answers=*/true);
  reporter_.note(fmt::format("{}: has its report now", folder_.path().string()));
}

FitResult Training::fit_and_keep() {
  const ModelCost cost = cost_now();
  TrainingLog log(folder_, reporter_, trainer_.objective(), meta(cost), plan_.checkpoints.on_error,
                  plan_.diagnosis);
  const FitOptions options = fit_options();
  auto checkpoint = checkpoint_to_go_on_from();
  std::optional<FitState> state;
  if (checkpoint) {
    log.resume(*checkpoint);
    state = std::move(checkpoint->state);
  } else {  // one that goes on was within them, and a time is never the same
    folder_.require_room(weights_bytes() + trainer_.late_bytes());
    require_within(plan_.limits, {.bytes = cost.bytes + trainer_.late_bytes(),
                                  .milliseconds = cost.milliseconds});
  }
  FitResult result = host_.fit_until_stopped([&](const std::function<bool()>& should_stop) {
    return fit(trainer_.objective(), trainer_.train(), trainer_.valid(), *optimizer_, options, log,
               should_stop, std::move(state));
  });
  if (is_done(result)) {
    if (const auto addition = late_addition(result)) {
      const ModelCost with_addition = cost_now();
      require_within(plan_.limits, {.bytes = with_addition.bytes});
      log.add(*addition, with_addition);
      result.best_valid = addition->valid;
    }
  }
  log.finish(result);
  if (result.end == FitEnd::paused && trainer_.has_late_part()) {
    const auto addition = late_addition(result);
    const ModelCost with_addition = cost_now();
    require_within(plan_.limits, {.bytes = with_addition.bytes});
    log.note_outlook(addition, with_addition);
    if (addition) {
      reporter_.note(
          "that is what it would keep if it ended here; its weights are the layers alone");
    }
  }
  if (plan_.report && folder_.is_on_disk()) leave_report(is_done(result));
  return result;
}

FitOptions Training::fit_options() {
  FitOptions options = trainer_.fit();
  options.pause_after = static_cast<int64_t>(
      std::ceil(plan_.checkpoints.pause_after * static_cast<double>(options.epochs)));
  options.checkpoints = parse_checkpoint_plan(plan_.checkpoints.every);
  if (options.stop_after > 0 && options.stop_after < options.epochs) {
    reporter_.note(fmt::format("stops after epoch {} of {} (`stop-after`)", options.stop_after,
                               options.epochs));
  }
  return options;
}

nlohmann::json Training::meta(const ModelCost& cost) const {
  const RunDescription& run = trainer_.description();
  int64_t parameters = run.fitted_parameters;
  for (const auto& parameter : trainer_.objective().model().parameters()) {
    parameters += parameter.numel();
  }
  const auto object = [](const nlohmann::json& given) {
    return given.is_null() ? nlohmann::json::object() : given;
  };
  return {{"task", enum_name(plan_.task)},
          {"settings", run.settings},
          {"data", run.data},
          {"lengths", object(run.lengths)},
          {"fitted", object(run.fitted)},
          {"seen_rows", run.seen_rows},
          {"chance_loss", run.chance_loss ? nlohmann::json(*run.chance_loss) : nlohmann::json()},
          {"parameters", parameters},
          {"model_bytes", cost.bytes},
          {"latency_ms", cost.milliseconds},
          {"late_part", trainer_.has_late_part()},
          {"epochs", trainer_.fit().epochs},
          {"patience", trainer_.fit().patience},
          {"torch_version", TORCH_VERSION},
          {"machine",
           {{"cpu_capability", at::get_cpu_capability()},
            {"threads", compute_.threads},
            {"precision", compute_.type == at::kBFloat16 ? "bf16" : "fp32"}}}};
}

double Training::weights_bytes() const {
  double bytes = 0.0;
  for (const auto& [name, tensor] : named_tensors(trainer_.objective().model())) {
    bytes += static_cast<double>(tensor.nbytes());
  }
  return bytes;
}

// Measures what the model costs, as it will be kept.
ModelCost Training::cost_now() {
  const auto tokenizer = static_cast<double>(folder_.added(kTokenizerFile).size());
  return {.bytes = weights_bytes() + tokenizer,
          .milliseconds = median_latency(trainer_.objective(), trainer_.valid())};
}

std::optional<Checkpoint> Training::checkpoint_to_go_on_from() {
  if (!plan_.checkpoints.resume) return std::nullopt;
  auto checkpoint = read_checkpoint(folder_.path());
  if (!checkpoint) {
    reporter_.note(fmt::format("{}: no checkpoint; begins anew", folder_.path().string()));
  }
  return checkpoint;
}

std::optional<LateAddition> Training::late_addition(const FitResult& result) {
  if (!trainer_.has_late_part()) return std::nullopt;
  const auto start = Clock::now();
  auto addition = trainer_.train_late_part(
      result, [this](const StoppableFit& fit) { return host_.fit_until_stopped(fit); });
  if (addition) addition->seconds = seconds_since(start);
  return addition;
}

// Leaves the report beside the run. A training that has succeeded does not fail by it.
void Training::leave_report(bool has_answers) {
  const auto attempt = [&](const char* what, const auto& make) {
    try {
      make();
    } catch (const std::exception& error) {
      reporter_.warn(fmt::format("{}: {}", what, error.what()));
    }
  };
  if (has_answers && gives_answers(plan_.task)) {
    attempt("the run is complete, but its report has no answers", [&] {
      write_file_atomically(folder_.path() / kEvaluationFile,
                            trainer_.answers(folder_.path()).dump() + "\n");
    });
  }
  attempt("there is no report", [&] { host_.write_report(folder_.path()); });
}

void Training::report_end(const FitResult& result, double seconds) {
  const std::string out = folder_.path().string(), kept = kept_weights(result, out);
  switch (result.end) {
    case FitEnd::finished:
    case FitEnd::stopped_early:
      reporter_.note(fmt::format("{}: validation {} {:.4f} at epoch {}, {} in all", out,
                                 trainer_.objective().words().metric,
                                 result.best_valid.mean_metric(), result.best_epoch,
                                 format_duration(seconds)));
      return;
    case FitEnd::paused:
      reporter_.note(fmt::format("paused. {}; `resume` goes on with it", kept));
      return;
    case FitEnd::interrupted: {
      const bool can_go_on = fs::exists(folder_.path() / kCheckpointFile);
      reporter_.warn(
          fmt::format("interrupted. {}{}", kept, can_go_on ? "; `resume` goes on with it" : ""));
      return;
    }
    case FitEnd::diverged:
      throw Error(fmt::format("training stopped: {}. {}", result.message, kept));
  }
  throw Error("unhandled end of training");
}

TrainingOutcome outcome_of_finished(const RunFolder& folder) {
  const bool early = run_status(folder.path()).state == RunState::stopped_early;
  return {.end = early ? FitEnd::stopped_early : FitEnd::finished, .keeps_weights = true};
}

}  // namespace

TrainingOutcome run_training(const TrainingPlan& plan, const MakeTrainer& make_trainer,
                             TrainingHost& host) {
  const auto start = Clock::now();
  const Compute compute = resolve_compute(plan.compute, plan.cell);
  RunFolder folder(plan.out, if_exists(plan));
  if (is_finished(folder, plan, host.reporter())) return outcome_of_finished(folder);
  const auto trainer = make_trainer(compute);
  if (!plan.find_learning_rate) trainer->warn_of_fit();
  folder.add_file(kConfigFile, plan.config_text);
  if (auto tokenizer = trainer->tokenizer(); !tokenizer.empty()) {
    folder.add_file(kTokenizerFile, std::move(tokenizer));
  }
  Training training(plan, compute, folder, *trainer, host);
  if (plan.find_learning_rate) {
    training.find_rate();
    return {};
  }
  if (training.lacks_only_its_report()) {
    training.make_missing_report();
    return outcome_of_finished(folder);
  }
  const auto result = training.fit_and_keep();
  training.report_end(result, seconds_since(start));
  return {.end = result.end, .keeps_weights = result.best_epoch > 0 || result.good_steps > 0};
}

}  // namespace mnemo
