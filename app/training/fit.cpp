#include "app/training/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

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

// Why an epoch's training ended before its last step, if it did.
struct EpochEnd {
  bool interrupted = false;
  std::string diverged = {};
};

EpochEnd train_epoch(Objective& objective, BatchSource& batches, Adam& optimizer,
                     const FitOptions& options, FitObserver& observer,
                     const std::function<bool()>& should_stop, EpochReport& report) {
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
                  std::isfinite(sum.loss) ? norm : sum.loss, optimizer.learning_rate(),
                  options.clip_norm)};
    }
    optimizer.step();

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
  std::optional<NamedTensors> best;
  for (int64_t epoch = 1; epoch <= options.epochs; ++epoch) {
    const Stopwatch watch;
    EpochReport report{.epoch = epoch, .learning_rate = optimizer.learning_rate()};
    auto end = train_epoch(objective, train, optimizer, options, observer, should_stop, report);
    if (end.interrupted || !end.diverged.empty()) {
      result.end = end.interrupted ? FitEnd::interrupted : FitEnd::diverged;
      result.message = std::move(end.diverged);
      break;
    }
    report.valid = evaluate(objective, valid);
    report.seconds = watch.seconds();
    if (!std::isfinite(report.valid.loss)) {
      result.end = FitEnd::diverged;
      result.message =
          fmt::format("epoch {}: the validation loss is not finite. Lower --learning-rate (now {})",
                      epoch, optimizer.learning_rate());
      break;
    }
    report.improved = !best || report.valid.mean_loss() < result.best_valid.mean_loss();
    if (report.improved) {
      best = snapshot(objective.model());
      result.best_epoch = epoch;
      result.best_valid = report.valid;
    }
    observer.on_epoch(report);
    if (options.patience > 0 && epoch - result.best_epoch >= options.patience) {
      result.end = FitEnd::stopped_early;
      break;
    }
  }
  if (best) load_tensors(objective.model(), *best, "best weights");
  objective.model().eval();
  return result;
}

}  // namespace mnemo
