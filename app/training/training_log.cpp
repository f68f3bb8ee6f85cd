#include "app/training/training_log.h"

#include <fmt/format.h>

#include <utility>

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

std::string end_name(FitEnd end) {
  switch (end) {
    case FitEnd::finished:
      return "finished";
    case FitEnd::stopped_early:
      return "stopped early";
    case FitEnd::interrupted:
      return "interrupted";
    case FitEnd::diverged:
      return "diverged";
  }
  return "unknown";
}

}  // namespace

TrainingLog::TrainingLog(RunFolder& folder, Console& console, Objective& objective,
                         nlohmann::json meta)
    : folder_(folder), console_(console), objective_(objective), meta_(std::move(meta)) {
  meta_["status"] = "training";
}

void TrainingLog::on_step(const StepReport& report) {
  const auto [metric, unit] = objective_.words();
  console_.progress(fmt::format("epoch {}/{}  step {}/{}  loss {:.4f}  {} {:.4f}  {} {}/s  {} left",
                                report.epoch, report.epochs, report.step, report.steps,
                                report.epoch_so_far.mean_loss(), metric,
                                report.epoch_so_far.mean_metric(),
                                format_count(units_per_second(report.epoch_so_far, report.seconds)),
                                unit, format_duration(seconds_left(report))));
}

void TrainingLog::on_epoch(const EpochReport& report) {
  const auto [metric, unit] = objective_.words();
  const double speed = units_per_second(report.train, report.train_seconds);
  const std::string valid_metric = fmt::format("valid_{}", metric);
  folder_.append_metrics({{"epoch", report.epoch},
                          {"train_loss", report.train.mean_loss()},
                          {fmt::format("train_{}", metric), report.train.mean_metric()},
                          {"valid_loss", report.valid.mean_loss()},
                          {valid_metric, report.valid.mean_metric()},
                          {"learning_rate", report.learning_rate},
                          {"gradient_norm", report.gradient_norm},
                          {"max_gradient_norm", report.max_gradient_norm},
                          {fmt::format("{}_per_second", unit), speed},
                          {"seconds", report.seconds}});
  if (report.kept) {
    meta_["result"] = {{"best_epoch", report.epoch},
                       {"valid_loss", report.valid.mean_loss()},
                       {valid_metric, report.valid.mean_metric()}};
    folder_.save_weights(to_safetensors(named_tensors(objective_.model())), meta_);
  }
  console_.note(
      fmt::format("epoch {}: train loss {:.4f}, {} {:.4f}; validation loss {:.4f}, {} {:.4f}{}; "
                  "{} {}/s, {}",
                  report.epoch, report.train.mean_loss(), metric, report.train.mean_metric(),
                  report.valid.mean_loss(), metric, report.valid.mean_metric(),
                  report.improved ? " (best)" : "", format_count(speed), unit,
                  format_duration(report.seconds)));
}

void TrainingLog::finish(const FitResult& result) {
  console_.end_progress();
  meta_["status"] = end_name(result.end);
  if (result.best_epoch == 0) {
    if (result.good_steps == 0) return;  // nothing was learnt: no run to keep
    folder_.save_weights(to_safetensors(named_tensors(objective_.model())), meta_);
  } else {
    folder_.save_meta(meta_);
  }
}

}  // namespace mnemo
