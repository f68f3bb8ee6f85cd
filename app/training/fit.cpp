#include "app/training/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "app/training/weight_average.h"
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

// While it lives, the model has the average for its weights.
class AverageInPlace {
 public:
  explicit AverageInPlace(std::optional<WeightAverage>& average) : average_(average) {
    if (average_) average_->swap();
  }
  ~AverageInPlace() {
    if (average_) average_->swap();
  }
  AverageInPlace(const AverageInPlace&) = delete;
  AverageInPlace& operator=(const AverageInPlace&) = delete;

 private:
  std::optional<WeightAverage>& average_;
};

int64_t steps_for(int64_t batches, const FitOptions& options) {
  return (batches + options.accumulate - 1) / options.accumulate;
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
        full_rate_(optimizer.learning_rate()) {
    if (options.average_decay > 0.0) {
      average_.emplace(optimizer.parameters(), options.average_decay);
    }
  }

  void restore(const FitState& state) {
    progress_ = progress_from_text(state.progress);
    if (options_.stop_after > 0 && progress_.epoch > options_.stop_after + 1) {
      throw SettingError(
          "stop-after",
          fmt::format("{}: {} epochs are done already", options_.stop_after, progress_.epoch - 1),
          "name a later one, or leave it out");
    }
    load_tensors(objective_.model(), part_of(state.tensors, kModelPart), "the checkpoint's model");
    optimizer_.restore(part_of(state.tensors, kOptimizerPart));
    if (average_) average_->restore(part_of(state.tensors, kAveragePart));
    fallback_ = part_of(state.tensors, kKeptPart);
  }

  FitResult run() {
    FitEnd end = FitEnd::finished;
    while (end == FitEnd::finished && progress_.epoch <= last_epoch()) {
      end = pause_is_due() ? FitEnd::paused : run_epoch();
    }
    if (end == FitEnd::finished && last_epoch() < options_.epochs) end = FitEnd::stopped_early;
    if (end == FitEnd::interrupted || end == FitEnd::paused) checkpoint();
    const bool latest_are_good = end == FitEnd::interrupted && progress_.kept_epoch == 0;
    if (latest_are_good && average_) average_->swap();
    if (!fallback_.empty() && !latest_are_good) {
      load_tensors(objective_.model(), fallback_, "weights of an earlier step");
    }
    objective_.model().eval();
    return {.end = end,
            .best_epoch = progress_.kept_epoch,
            .best_valid = progress_.kept_valid,
            .good_steps = progress_.good_steps,
            .message = message_};
  }

 private:
  static constexpr int64_t kStepsBetweenFallbacks = 50;

  int64_t last_epoch() const {
    return options_.stop_after > 0 ? std::min(options_.stop_after, options_.epochs)
                                   : options_.epochs;
  }

  // A training pauses at once where that many epochs were done before, and never after the last
  // one.
  bool pause_is_due() const {
    return options_.pause_after > 0 && progress_.epoch > options_.pause_after &&
           progress_.step == 0;
  }

  // The three functions run_epoch, train_epoch and validate share this meaning: FitEnd::finished
  // means that training may go on.

  FitEnd run_epoch() {
    const int64_t batches = train_.start_epoch(progress_.epoch);
    const int64_t steps = steps_for(batches, options_);
    prepare_rate(steps);
    FitEnd end = train_epoch(steps, batches);
    const Stopwatch watch;
    const AverageInPlace average(average_);
    LossSum valid;
    if (end == FitEnd::finished) end = validate(valid);
    if (end != FitEnd::finished) return end;

    const EpochReport report = finish_epoch(steps, valid, watch.seconds());
    observer_.on_epoch(report);
    const bool lost = options_.patience > 0 && report.epoch >= options_.min_epochs &&
                      report.epoch - progress_.lowest_epoch >= options_.patience;
    if (lost) return FitEnd::stopped_early;
    return should_stop_() ? FitEnd::interrupted : FitEnd::finished;
  }

  void prepare_rate(int64_t steps) {
    if (rate_) return;
    if (options_.schedule.warmup_steps >= options_.epochs * steps) {
      throw SettingError(
          "warmup-steps",
          fmt::format("{}: the training has {} steps in all, and the warm-up must end before them",
                      options_.schedule.warmup_steps, options_.epochs * steps));
    }
    rate_.emplace(options_.schedule, full_rate_, options_.epochs, steps);
    rate_->restore(progress_.plateau);
  }

  FitEnd train_epoch(int64_t steps, int64_t batches) {
    const Stopwatch watch;
    const double seconds_before = progress_.train_seconds;
    objective_.model().train();
    while (progress_.step < steps) {
      const int64_t step = progress_.step + 1;
      const auto [sum, scale] = compute_gradient(step, batches);
      optimizer_.drop_waiting_gradients();
      const double norm = scale * gradient_norm(optimizer_.parameters());  // before all clipping
      if (!std::isfinite(sum.loss) || !std::isfinite(norm)) return diverged(step, sum.loss, norm);
      if (progress_.kept_epoch == 0 && (step - 1) % kStepsBetweenFallbacks == 0) {
        fallback_ = snapshot(objective_.model());
      }
      optimizer_.set_learning_rate(rate_of(step, steps));
      const bool looked_into = observer_.looks_into(progress_.good_steps + 1);
      if (looked_into) report_update(step, norm, scale);
      optimizer_.step(scale * clipping_scale(clip_values(norm, scale), options_.clip_norm));
      if (looked_into) observer_.after_update();
      if (average_) average_->update();

      progress_.step = step;
      ++progress_.good_steps;
      progress_.train += sum;
      progress_.norm_sum += norm;
      progress_.max_norm = std::max(progress_.max_norm, norm);
      progress_.train_seconds = seconds_before + watch.seconds();
      observer_.on_step({.epoch = progress_.epoch,
                         .epochs = last_epoch(),
                         .step = step,
                         .steps = steps,
                         .epoch_so_far = progress_.train,
                         .seconds = progress_.train_seconds});
      if (should_stop_()) return FitEnd::interrupted;
      if (checkpoint_is_due()) checkpoint();
    }
    return FitEnd::finished;
  }

  struct Gradient {
    LossSum sum;
    double scale;  // what to multiply the parameters' gradients with
  };

  // Differentiates the mean loss over the step's batches.
  Gradient compute_gradient(int64_t step, int64_t batches) {
    optimizer_.zero_grad();
    const int64_t first = (step - 1) * options_.accumulate;
    const int64_t last = std::min(first + options_.accumulate, batches);
    Gradient gradient{.sum = {}, .scale = 1.0};
    for (int64_t i = first; i < last; ++i) {
      const auto batch = train_.batch(i);
      const auto samples = static_cast<double>(batch.targets.size(0));
      gradient.sum += objective_.step(batch, step_seed(options_.seed, progress_.epoch, i + 1),
                                      last - first == 1 ? 1.0 : samples);
    }
    if (last - first > 1) gradient.scale = 1.0 / static_cast<double>(gradient.sum.samples);
    return gradient;
  }

  void report_update(int64_t step, double norm, double scale) {
    observer_.before_update({.epoch = progress_.epoch,
                             .step = progress_.good_steps + 1,
                             .learning_rate = optimizer_.learning_rate(),
                             .gradient_norm = norm,
                             .gradient_scale = scale,
                             .batch = train_.batch((step - 1) * options_.accumulate)});
  }

  // The norm of the scaled gradient when its elements are clipped.
  double clip_values(double norm, double scale) {
    if (options_.clip_value == 0.0) return norm;
    clip_gradient_values(optimizer_.parameters(), options_.clip_value / scale);
    return scale * gradient_norm(optimizer_.parameters());
  }

  // The rate of a step of the epoch at hand, from 1.
  double rate_of(int64_t step, int64_t steps) const {
    return rate_->at((progress_.epoch - 1) * steps + step - 1);
  }

  FitEnd validate(LossSum& valid) {
    objective_.model().eval();
    const int64_t count = valid_.start_epoch(1);
    for (int64_t i = 0; i < count; ++i) {
      if (i > 0 && should_stop_()) return FitEnd::interrupted;
      valid += objective_.evaluate(valid_.batch(i));
    }
    if (std::isfinite(valid.loss)) return FitEnd::finished;
    message_ =
        fmt::format("epoch {}: the validation loss is not finite. Lower `learning-rate` (now {})",
                    progress_.epoch, full_rate_);
    return FitEnd::diverged;
  }

  // Settles what the epoch at hand has come to, and turns to the next.
  EpochReport finish_epoch(int64_t steps, const LossSum& valid, double valid_seconds) {
    EpochReport report{.epoch = progress_.epoch,
                       .train = progress_.train,
                       .valid = valid,
                       .learning_rate = rate_of(steps, steps),
                       .gradient_norm = progress_.norm_sum / static_cast<double>(steps),
                       .max_gradient_norm = progress_.max_norm,
                       .train_seconds = progress_.train_seconds,
                       .seconds = progress_.train_seconds + valid_seconds};
    rate_->on_validation(valid.mean_loss());
    progress_.plateau = rate_->plateau();
    report.improved = progress_.lowest_epoch == 0 || valid.mean_loss() < progress_.lowest_loss;
    if (report.improved) {
      progress_.lowest_epoch = report.epoch;
      progress_.lowest_loss = valid.mean_loss();
    }
    report.kept = report.improved || options_.keep == KeptWeights::last;
    if (report.kept) {
      fallback_ = snapshot(objective_.model());
      progress_.kept_epoch = report.epoch;
      progress_.kept_valid = valid;
    }
    progress_.start_epoch(report.epoch + 1);
    return report;
  }

  bool checkpoint_is_due() const {
    const auto& [steps, seconds] = options_.checkpoints;
    return (steps > 0 && progress_.good_steps % steps == 0) ||
           (seconds > 0.0 && since_checkpoint_.seconds() >= seconds);
  }

  void checkpoint() {
    FitState state{.progress = to_text(progress_), .tensors = {}};
    add_part(state.tensors, kModelPart, named_tensors(objective_.model()));
    add_part(state.tensors, kOptimizerPart, optimizer_.state());
    if (average_) add_part(state.tensors, kAveragePart, average_->state());
    add_part(state.tensors, kKeptPart, fallback_);
    observer_.on_checkpoint(state);
    since_checkpoint_ = Stopwatch();
  }

  FitEnd diverged(int64_t step, double loss, double norm) {
    const bool by_gradient = std::isfinite(loss);
    message_ = fmt::format(
        "epoch {}, step {}: the {} is not finite ({}). Lower `learning-rate` (now {}) or "
        "`clip-norm` (now {}), or train with `precision` fp32",
        progress_.epoch, step, by_gradient ? "gradient" : "loss", by_gradient ? norm : loss,
        full_rate_, options_.clip_norm);
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

  std::optional<WeightAverage> average_;

  FitProgress progress_;
  std::string message_;  // of a training that diverged
  // Weights to fall back to: those to keep, or until there are any, some that still gave finite
  // numbers.
  NamedTensors fallback_;
  Stopwatch since_checkpoint_;
};

}  // namespace

FitOptions resolve_epochs(FitOptions options, const EpochPlan& plan, int64_t batches) {
  if (options.epochs > 0) return options;
  const int64_t steps = steps_for(batches, options);
  options.epochs = std::clamp((plan.steps + steps - 1) / steps, plan.least, plan.most);
  if (options.patience > 0) options.patience = std::max(options.patience, options.epochs / 5);
  return options;
}

FitResult fit(Objective& objective, BatchSource& train, BatchSource& valid, Optimizer& optimizer,
              const FitOptions& options, FitObserver& observer,
              const std::function<bool()>& should_stop, std::optional<FitState> from) {
  Fitting fitting(objective, train, valid, optimizer, options, observer, should_stop);
  if (from) fitting.restore(*from);
  from.reset();  // its tensors are as large as the model's and the optimizer's
  return fitting.run();
}

}  // namespace mnemo
