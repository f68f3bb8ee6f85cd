#include "app/training/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "datasets/random.h"

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

LossSum evaluate(Objective& objective, BatchSource& batches) {
  objective.model().eval();
  LossSum total;
  const int64_t count = batches.start_epoch(1);
  for (int64_t i = 0; i < count; ++i) total += objective.evaluate(batches.batch(i));
  return total;
}

double scheduled_rate(double full_rate, Schedule schedule, int64_t steps_done, int64_t all_steps) {
  switch (schedule) {
    case Schedule::constant:
      return full_rate;
    case Schedule::linear:
      return full_rate * (1.0 - static_cast<double>(steps_done) / static_cast<double>(all_steps));
  }
  return full_rate;
}

// Weights to fall back to: the best so far, or until there are any, some that still gave finite
// numbers.
struct Fallback {
  NamedTensors weights;
  bool is_best = false;
};
constexpr int64_t kStepsBetweenFallbacks = 50;

// Why an epoch's training ended before its last step, if it did.
struct EpochEnd {
  bool interrupted = false;
  std::string diverged = {};
};

EpochEnd train_epoch(Objective& objective, BatchSource& batches, Adam& optimizer, double full_rate,
                     const FitOptions& options, FitObserver& observer,
                     const std::function<bool()>& should_stop, EpochReport& report,
                     Fallback& fallback, FitResult& result) {
  const Stopwatch watch;
  objective.model().train();
  const int64_t steps = batches.start_epoch(report.epoch);
  double norm_sum = 0.0;
  for (int64_t step = 1; step <= steps; ++step) {
    const auto batch = batches.batch(step - 1);
    optimizer.zero_grad();
    const LossSum sum = objective.step(batch, step_seed(options.seed, report.epoch, step));
    const double norm = clip_gradients(optimizer.parameters(), options.clip_norm);
    if (!std::isfinite(sum.loss) || !std::isfinite(norm)) {
      return {.diverged = fmt::format(
                  "epoch {}, step {}: the {} is not finite ({}). Lower --learning-rate (now {}) or "
                  "--clip-norm (now {}), or train with --precision fp32",
                  report.epoch, step, std::isfinite(sum.loss) ? "gradient" : "loss",
                  std::isfinite(sum.loss) ? norm : sum.loss, full_rate, options.clip_norm)};
    }
    if (!fallback.is_best && (step - 1) % kStepsBetweenFallbacks == 0) {
      fallback.weights = snapshot(objective.model());
    }
    optimizer.set_learning_rate(scheduled_rate(full_rate, options.schedule,
                                               (report.epoch - 1) * steps + step - 1,
                                               options.epochs * steps));
    optimizer.step();

    ++result.good_steps;
    report.train += sum;
    norm_sum += norm;
    report.gradient_norm = norm_sum / static_cast<double>(step);
    report.max_gradient_norm = std::max(report.max_gradient_norm, norm);
    report.train_seconds = watch.seconds();
    observer.on_step({.epoch = report.epoch,
                      .epochs = options.epochs,
                      .step = step,
                      .steps = steps,
                      .epoch_so_far = report.train,
                      .seconds = report.train_seconds});
    if (should_stop()) return {.interrupted = true};
  }
  return {};
}

}  // namespace

FitResult fit(Objective& objective, BatchSource& train, BatchSource& valid, Adam& optimizer,
              const FitOptions& options, FitObserver& observer,
              const std::function<bool()>& should_stop) {
  FitResult result;
  Fallback fallback;
  const double full_rate = optimizer.learning_rate();
  for (int64_t epoch = 1; epoch <= options.epochs; ++epoch) {
    const Stopwatch watch;
    EpochReport report{.epoch = epoch};
    auto end = train_epoch(objective, train, optimizer, full_rate, options, observer, should_stop,
                           report, fallback, result);
    if (end.interrupted || !end.diverged.empty()) {
      result.end = end.interrupted ? FitEnd::interrupted : FitEnd::diverged;
      result.message = std::move(end.diverged);
      break;
    }
    report.learning_rate = optimizer.learning_rate();
    report.valid = evaluate(objective, valid);
    report.seconds = watch.seconds();
    if (!std::isfinite(report.valid.loss)) {
      result.end = FitEnd::diverged;
      result.message =
          fmt::format("epoch {}: the validation loss is not finite. Lower --learning-rate (now {})",
                      epoch, full_rate);
      break;
    }
    report.improved = !fallback.is_best || report.valid.mean_loss() < result.best_valid.mean_loss();
    if (report.improved) {
      fallback = {.weights = snapshot(objective.model()), .is_best = true};
      result.best_epoch = epoch;
      result.best_valid = report.valid;
    }
    observer.on_epoch(report);
    if (should_stop()) {
      result.end = FitEnd::interrupted;
      break;
    }
    if (options.patience > 0 && epoch - result.best_epoch >= options.patience) {
      result.end = FitEnd::stopped_early;
      break;
    }
  }
  const bool latest_are_good = result.end == FitEnd::interrupted && !fallback.is_best;
  if (!fallback.weights.empty() && !latest_are_good) {
    load_tensors(objective.model(), fallback.weights, "weights of an earlier step");
  }
  objective.model().eval();
  return result;
}

}  // namespace mnemo
