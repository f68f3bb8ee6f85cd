#include "app/training/training_log.h"

#include <fmt/format.h>

#include <utility>

#include "models/safetensors.h"

namespace mnemo {
namespace {

double tokens_per_second(const LossSum& sum, double seconds) {
  return seconds > 0.0 ? static_cast<double>(sum.tokens) / seconds : 0.0;
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

TrainingLog::TrainingLog(RunFolder& folder, Console& console, const torch::nn::Module& model,
                         nlohmann::json meta)
    : folder_(folder), console_(console), model_(model), meta_(std::move(meta)) {
  meta_["status"] = "training";
}

void TrainingLog::on_step(const StepReport& report) {
  console_.progress(
      fmt::format("epoch {}/{}  step {}/{}  loss {:.4f}  accuracy {:.4f}  {} tokens/s  {} left",
                  report.epoch, report.epochs, report.step, report.steps,
                  report.epoch_so_far.mean_loss(), report.epoch_so_far.accuracy(),
                  format_count(tokens_per_second(report.epoch_so_far, report.seconds)),
                  format_duration(seconds_left(report))));
}

void TrainingLog::on_epoch(const EpochReport& report) {
  const double speed = tokens_per_second(report.train, report.train_seconds);
  folder_.append_metrics({{"epoch", report.epoch},
                          {"train_loss", report.train.mean_loss()},
                          {"train_accuracy", report.train.accuracy()},
                          {"valid_loss", report.valid.mean_loss()},
                          {"valid_accuracy", report.valid.accuracy()},
                          {"learning_rate", report.learning_rate},
                          {"gradient_norm", report.gradient_norm},
                          {"max_gradient_norm", report.max_gradient_norm},
                          {"tokens_per_second", speed},
                          {"seconds", report.seconds}});
  if (report.improved) {
    meta_["result"] = {{"best_epoch", report.epoch},
                       {"valid_loss", report.valid.mean_loss()},
                       {"valid_accuracy", report.valid.accuracy()}};
    folder_.save_weights(to_safetensors(named_tensors(model_)), meta_);
  }
  console_.note(fmt::format(
      "epoch {}: train loss {:.4f}, accuracy {:.4f}; validation loss {:.4f}, accuracy {:.4f}{}; "
      "{} tokens/s, {}",
      report.epoch, report.train.mean_loss(), report.train.accuracy(), report.valid.mean_loss(),
      report.valid.accuracy(), report.improved ? " (best)" : "", format_count(speed),
      format_duration(report.seconds)));
}

void TrainingLog::finish(const FitResult& result) {
  console_.end_progress();
  meta_["status"] = end_name(result.end);
  if (result.best_epoch == 0) {
    if (result.good_steps == 0) return;  // nothing was learnt: no run to keep
    folder_.save_weights(to_safetensors(named_tensors(model_)), meta_);
  } else {
    folder_.save_meta(meta_);
  }
}

}  // namespace mnemo
