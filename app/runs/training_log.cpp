#include "app/runs/training_log.h"

#include <fmt/format.h>

#include <filesystem>
#include <random>
#include <utility>

#include "app/diagnosis/verdict.h"
#include "app/support/wording.h"
#include "common/sha256.h"
#include "common/version.h"
#include "mnemo/error.h"
#include "models/safetensors.h"

namespace mnemo {
namespace {

double units_per_second(const LossSum& sum, double seconds) {
  return seconds > 0.0 ? static_cast<double>(sum.units) / seconds : 0.0;
}

// If every remaining step takes as long as those of this epoch did.
double seconds_left(const StepReport& report) {
  const auto left = (report.epochs - report.epoch) * report.steps + report.steps - report.step;
  return report.seconds / static_cast<double>(report.step) * static_cast<double>(left);
}

TrainedEpoch figures_of(const nlohmann::json& line, int64_t epochs) {
  TrainedEpoch told{.epoch = line.at("epoch").get<int64_t>(), .epochs = epochs};
  for (const auto& [name, value] : line.items()) {
    if (name != "epoch") told.figures.push_back({.name = name, .value = value.get<double>()});
  }
  return told;
}

RunState state_after(FitEnd end) {
  switch (end) {
    case FitEnd::finished:
      return RunState::finished;
    case FitEnd::stopped_early:
      return RunState::stopped_early;
    case FitEnd::interrupted:
    case FitEnd::paused:
      return RunState::interrupted;
    case FitEnd::diverged:
      return RunState::diverged;
  }
  return RunState::unknown;
}

}  // namespace

TrainingLog::TrainingLog(RunFolder& folder, Reporter& reporter, Objective& objective,
                         nlohmann::json meta, OnCheckpointError on_error,
                         const DiagnosisOptions& diagnosis)
    : folder_(folder),
      reporter_(reporter),
      objective_(objective),
      meta_(std::move(meta)),
      on_error_(on_error),
      diagnosis_(diagnosis) {
  if (diagnosis.enabled) recorder_.emplace(objective);
  if (diagnosis.tensorboard) tensorboard_.emplace(folder.path());
  meta_["status"] = enum_name(RunState::training);
  std::random_device random;
  meta_["training_id"] = fmt::format("{:08x}{:08x}", random(), random());
}

nlohmann::json TrainingLog::basis() const {
  nlohmann::json basis = meta_.at("data");
  basis.update(meta_.at("machine"));
  basis["torch_version"] = meta_.at("torch_version");
  basis["mnemo_version"] = kVersion;
  basis["tokenizer_sha256"] = sha256_hex(folder_.added(kTokenizerFile));
  return basis;
}

void TrainingLog::resume(const Checkpoint& checkpoint) {
  require_same_basis(checkpoint.basis, basis(), folder_.path());
  meta_["training_id"] = checkpoint.training_id;
  folder_.set_metrics(checkpoint.metrics);
  folder_.set_diagnosis(checkpoint.diagnosis);
  const auto progress = progress_from_text(checkpoint.state.progress);
  reporter_.note(
      fmt::format("goes on with epoch {} after {} of its steps", progress.epoch, progress.step));
  if (progress.kept_epoch == 0) return;
  meta_["result"] = checkpoint.result;
  weights_are_saved_ = try_writing([&] {
    folder_.save_weights(to_safetensors(part_of(checkpoint.state.tensors, kKeptPart)), meta_);
  });
}

bool TrainingLog::try_writing(const std::function<void()>& write) {
  try {
    write();
    return true;
  } catch (const std::exception& error) {
    if (on_error_ == OnCheckpointError::stop) throw;
    reporter_.warn(fmt::format("{}; it will be tried again", error.what()));
    return false;
  }
}

bool TrainingLog::looks_into(int64_t step) {
  return recorder_.has_value() && (step - 1) % diagnosis_.every == 0;
}

void TrainingLog::before_update(const UpdateReport& report) { recorder_->before_update(report); }

void TrainingLog::after_update() { folder_.append_diagnosis(to_json(recorder_->after_update())); }

void TrainingLog::on_step(const StepReport& report) {
  const auto [metric, unit] = objective_.words();
  reporter_.progress(
      fmt::format("epoch {}/{}  step {}/{}  loss {:.4f}  {} {:.4f}  {} {}/s  {} left", report.epoch,
                  report.epochs, report.step, report.steps, report.epoch_so_far.mean_loss(), metric,
                  report.epoch_so_far.mean_metric(),
                  format_count(units_per_second(report.epoch_so_far, report.seconds)), unit,
                  format_duration(seconds_left(report))));
}

void TrainingLog::on_epoch(const EpochReport& report) {
  const auto [metric, unit] = objective_.words();
  const double speed = units_per_second(report.train, report.train_seconds);
  const std::string valid_metric = fmt::format("valid_{}", metric);
  const nlohmann::json line = {{"epoch", report.epoch},
                               {"train_loss", report.train.mean_loss()},
                               {fmt::format("train_{}", metric), report.train.mean_metric()},
                               {"valid_loss", report.valid.mean_loss()},
                               {valid_metric, report.valid.mean_metric()},
                               {"learning_rate", report.learning_rate},
                               {"gradient_norm", report.gradient_norm},
                               {"max_gradient_norm", report.max_gradient_norm},
                               {fmt::format("{}_per_second", unit), speed},
                               {"seconds", report.seconds}};
  try_writing([&] { folder_.append_metrics(line); });
  if (report.kept) {
    meta_["result"] = {{"best_epoch", report.epoch},
                       {"valid_loss", report.valid.mean_loss()},
                       {valid_metric, report.valid.mean_metric()}};
    weights_are_saved_ = try_writing(
        [&] { folder_.save_weights(to_safetensors(named_tensors(objective_.model())), meta_); });
  }
  if (tensorboard_ && folder_.is_on_disk()) {
    try_writing([&] { tensorboard_->update(folder_.metrics()); });
  }
  reporter_.note(
      fmt::format("epoch {}: train loss {:.4f}, {} {:.4f}; validation loss {:.4f}, {} {:.4f}{}; "
                  "{} {}/s, {}",
                  report.epoch, report.train.mean_loss(), metric, report.train.mean_metric(),
                  report.valid.mean_loss(), metric, report.valid.mean_metric(),
                  report.improved ? " (best)" : "", format_count(speed), unit,
                  format_duration(report.seconds)));
  reporter_.epoch(figures_of(line, meta_.at("epochs").get<int64_t>()));
}

void TrainingLog::on_checkpoint(const FitState& state) {
  try_writing([&] {
    write_checkpoint(folder_, {.training_id = meta_.at("training_id").get<std::string>(),
                               .config = folder_.added(kConfigFile),
                               .basis = basis(),
                               .result = meta_.value("result", nlohmann::json()),
                               .metrics = folder_.metrics(),
                               .diagnosis = folder_.diagnosis(),
                               .state = state});
  });
}

// Judges all that is recorded, from before a `resume`, too.
void TrainingLog::finish_diagnosis() {
  if (folder_.diagnosis().empty()) return;
  const auto training =
      training_record(meta_, folder_.diagnosis(), folder_.metrics(), folder_.path());
  const auto findings = judge(training);
  meta_["diagnosis"] = {{"probes", training.probes.size()}, {"findings", to_json(findings)}};
  reporter_.note(to_text(findings, training.probes));
}

void TrainingLog::add(const LateAddition& addition, const ModelCost& cost) {
  meta_["model_bytes"] = cost.bytes;
  meta_["latency_ms"] = cost.milliseconds;
  meta_["parameters"] = meta_.at("parameters").get<int64_t>() + addition.parameters;
  meta_["settings"] = addition.settings;
  meta_["result"].update(addition.result);
  meta_["late_seconds"] = addition.seconds;
  weights_are_saved_ = false;
}

void TrainingLog::finish(const FitResult& result) {
  reporter_.end_progress();
  meta_["status"] = enum_name(state_after(result.end));
  finish_diagnosis();
  const bool is_saved = weights_are_saved_ && folder_.is_on_disk();
  if (is_saved || result.good_steps > 0) save_at_the_end(is_saved);  // else nothing was learnt
  const bool goes_on = result.end == FitEnd::interrupted || result.end == FitEnd::paused;
  if (!goes_on) folder_.remove_checkpoint();
}

void TrainingLog::save_at_the_end(bool has_weights) {
  const auto weights = to_safetensors(named_tensors(objective_.model()));
  std::string fault;
  try {
    if (has_weights) {
      folder_.save_meta(meta_);
    } else {
      folder_.save_weights(weights, meta_);
    }
    return;
  } catch (const std::exception& error) {
    fault = error.what();
  }
  const auto& out = folder_.path();
  auto name = out.filename().empty() ? out.parent_path().filename() : out.filename();
  const auto rescue =
      std::filesystem::temp_directory_path() /
      fmt::format("mnemo-{}-{}", meta_.at("training_id").get<std::string>(), name.string());
  try {
    folder_.save_elsewhere(rescue, weights, meta_);
  } catch (const std::exception&) {
    std::error_code ignored;  // the first fault is the one to tell
    std::filesystem::remove_all(rescue, ignored);
    throw Error(fault);
  }
  throw Error(fmt::format("{}. The model is not lost: it stands in {}; move it from there", fault,
                          rescue.string()));
}

void TrainingLog::note_outlook(const std::optional<LateAddition>& addition, const ModelCost& cost) {
  auto& outlook = meta_[kOutlook];
  outlook = meta_.at("result");
  if (addition) {
    outlook.update(addition->result);
    meta_["late_seconds"] = addition->seconds;
  }
  outlook["model_bytes"] = cost.bytes;
  outlook["latency_ms"] = cost.milliseconds;
  folder_.save_meta(meta_);
}

}  // namespace mnemo
