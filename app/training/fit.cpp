#include "app/training/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "datasets/random.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

NamedTensors snapshot(const torch::nn::Module& model) {
  auto tensors = named_tensors(model);
  for (auto& [name, tensor] : tensors) tensor = tensor.detach().clone();
  return tensors;
}

uint64_t step_seed(uint64_t seed, int64_t epoch, int64_t step) {
  return derive_seed(derive_seed(seed, static_cast<uint64_t>(epoch)), static_cast<uint64_t>(step));
}

// One call of fit(): what its parts share.
class Fitting {
 public:
  Fitting(Objective& objective, BatchSource& train, BatchSource& valid, Optimizer& optimizer,
          const FitOptions& options, FitObserver& observer,
          const std::function<bool()>& should_stop)
      : objective_(objective),
        train_(train),
        valid_(valid),
        optimizer_(optimizer),
        options_(options),
        observer_(observer),
        should_stop_(should_stop),
        full_rate_(optimizer.learning_rate()) {}

  FitResult run() {
    for (int64_t epoch = 1; epoch <= options_.epochs; ++epoch) {
      result_.end = run_epoch(epoch);
      if (result_.end != FitEnd::finished) break;
    }
    const bool latest_are_good = result_.end == FitEnd::interrupted && !fallback_is_kept_;
    if (!fallback_.empty() && !latest_are_good) {
      load_tensors(objective_.model(), fallback_, "weights of an earlier step");
    }
    objective_.model().eval();
    return result_;
  }

 private:
  static constexpr int64_t kStepsBetweenFallbacks = 50;

  // Of run_epoch, train_epoch and validate: FitEnd::finished means that training may go on.

  FitEnd run_epoch(int64_t epoch) {
    const Stopwatch watch;
    EpochReport report{.epoch = epoch};
    FitEnd end = train_epoch(report);
    if (end == FitEnd::finished) end = validate(report);
    if (end != FitEnd::finished) return end;

    report.seconds = watch.seconds();
    report.improved = lowest_epoch_ == 0 || report.valid.mean_loss() < lowest_loss_;
    if (report.improved) {
      lowest_epoch_ = epoch;
      lowest_loss_ = report.valid.mean_loss();
    }
    report.kept = report.improved || options_.keep == KeptWeights::last;
    if (report.kept) {
      fallback_ = snapshot(objective_.model());
      fallback_is_kept_ = true;
      result_.best_epoch = epoch;
      result_.best_valid = report.valid;
    }
    observer_.on_epoch(report);
    if (should_stop_()) return FitEnd::interrupted;
    const bool lost = options_.patience > 0 && epoch - lowest_epoch_ >= options_.patience;
    return lost ? FitEnd::stopped_early : FitEnd::finished;
  }

  FitEnd train_epoch(EpochReport& report) {
    const Stopwatch watch;
    objective_.model().train();
    const int64_t steps = train_.start_epoch(report.epoch);
    if (options_.schedule.warmup_steps >= options_.epochs * steps) {
      throw UsageError(fmt::format(
          "--warmup-steps {}: the training has {} steps in all, and the warm-up must end "
          "before them",
          options_.schedule.warmup_steps, options_.epochs * steps));
    }
    if (!rate_) rate_.emplace(options_.schedule, full_rate_, options_.epochs, steps);
    double norm_sum = 0.0;
    for (int64_t step = 1; step <= steps; ++step) {
      const auto batch = train_.batch(step - 1);
      optimizer_.zero_grad();
      const LossSum sum = objective_.step(batch, step_seed(options_.seed, report.epoch, step));
      const double norm = gradient_norm(optimizer_.parameters());
      if (!std::isfinite(sum.loss) || !std::isfinite(norm)) {
        return diverged(report.epoch, step, sum.loss, norm);
      }
      if (!fallback_is_kept_ && (step - 1) % kStepsBetweenFallbacks == 0) {
        fallback_ = snapshot(objective_.model());
      }
      optimizer_.set_learning_rate(rate_->at((report.epoch - 1) * steps + step - 1));
      optimizer_.step(clipping_scale(norm, options_.clip_norm));

      ++result_.good_steps;
      report.train += sum;
      norm_sum += norm;
      report.gradient_norm = norm_sum / static_cast<double>(step);
      report.max_gradient_norm = std::max(report.max_gradient_norm, norm);
      report.train_seconds = watch.seconds();
      observer_.on_step({.epoch = report.epoch,
                         .epochs = options_.epochs,
                         .step = step,
                         .steps = steps,
                         .epoch_so_far = report.train,
                         .seconds = report.train_seconds});
      if (should_stop_()) return FitEnd::interrupted;
    }
    report.learning_rate = optimizer_.learning_rate();
    return FitEnd::finished;
  }

  FitEnd validate(EpochReport& report) {
    objective_.model().eval();
    const int64_t count = valid_.start_epoch(1);
    for (int64_t i = 0; i < count; ++i) {
      if (i > 0 && should_stop_()) return FitEnd::interrupted;
      report.valid += objective_.evaluate(valid_.batch(i));
    }
    rate_->on_validation(report.valid.mean_loss());
    if (std::isfinite(report.valid.loss)) return FitEnd::finished;
    result_.message =
        fmt::format("epoch {}: the validation loss is not finite. Lower --learning-rate (now {})",
                    report.epoch, full_rate_);
    return FitEnd::diverged;
  }

  FitEnd diverged(int64_t epoch, int64_t step, double loss, double norm) {
    const bool by_gradient = std::isfinite(loss);
    result_.message = fmt::format(
        "epoch {}, step {}: the {} is not finite ({}). Lower --learning-rate (now {}) or "
        "--clip-norm (now {}), or train with --precision fp32",
        epoch, step, by_gradient ? "gradient" : "loss", by_gradient ? norm : loss, full_rate_,
        options_.clip_norm);
    return FitEnd::diverged;
  }

  Objective& objective_;
  BatchSource& train_;
  BatchSource& valid_;
  Optimizer& optimizer_;
  const FitOptions& options_;
  FitObserver& observer_;
  const std::function<bool()>& should_stop_;
  const double full_rate_;
  std::optional<LearningRate> rate_;  // once the number of steps is known

  FitResult result_;
  int64_t lowest_epoch_ = 0;  // that with the lowest validation loss
  double lowest_loss_ = 0.0;
  // Weights to fall back to: those to keep, or until there are any, some that still gave finite
  // numbers.
  NamedTensors fallback_;
  bool fallback_is_kept_ = false;
};

}  // namespace

FitOptions resolve_epochs(FitOptions options, const EpochPlan& plan, int64_t steps_per_epoch) {
  if (options.epochs > 0) return options;
  options.epochs =
      std::clamp((plan.steps + steps_per_epoch - 1) / steps_per_epoch, plan.least, plan.most);
  if (options.patience > 0) options.patience = std::max(options.patience, options.epochs / 5);
  return options;
}

FitResult fit(Objective& objective, BatchSource& train, BatchSource& valid, Optimizer& optimizer,
              const FitOptions& options, FitObserver& observer,
              const std::function<bool()>& should_stop) {
  return Fitting(objective, train, valid, optimizer, options, observer, should_stop).run();
}

}  // namespace mnemo
