// The training loop. It knows no task, no file and no flag: it sees an objective, batches and an
// observer.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "app/training/fit_state.h"
#include "app/training/objective.h"
#include "app/training/optimizers/optimizer.h"
#include "app/training/schedule.h"

namespace mnemo {

// The weights that a training leaves.
enum class KeptWeights {
  best,  // those with the lowest validation loss
  last,
};

// How often a training hands its state to the observer; whichever is due first. 0: never by this
// count.
struct CheckpointPlan {
  int64_t steps = 0;
  double seconds = 0.0;
};

struct FitOptions {
  int64_t epochs = 2;  // passes over the training part, at most
  ScheduleOptions schedule = {};
  double clip_norm = 1.0;      // largest global gradient norm; 0: no clipping
  double clip_value = 0.0;     // largest element of a gradient, before its norm; 0: no clipping
  int64_t accumulate = 1;      // batches a step, as if they were one
  double average_decay = 0.0;  // of the weights' moving average, which is kept; 0: no average
  int64_t patience = 2;    // epochs without a lower validation loss before it stops; 0: never stops
  int64_t min_epochs = 0;  // before which a lost patience stops nothing
  int64_t stop_after = 0;  // epochs after which it ends as if patience were lost; 0: never
  KeptWeights keep = KeptWeights::best;
  uint64_t seed = 1;
  CheckpointPlan checkpoints = {};
  int64_t pause_after = 0;  // epochs; 0: never, nor after the last one
};

// How many epochs a training has that was not told: small data need more passes.
struct EpochPlan {
  int64_t steps = 800;  // that the epochs should come to
  int64_t least = 2, most = 30;
};

// Chooses the epochs where options.epochs is 0: the epochs of the plan, and a patience of at least
// a fifth of them, since few steps an epoch make a noisy validation loss. `batches`: of an epoch.
FitOptions resolve_epochs(FitOptions options, const EpochPlan& plan, int64_t batches);

struct StepReport {
  int64_t epoch = 0, epochs = 0;  // from 1
  int64_t step = 0, steps = 0;    // from 1, within the epoch
  LossSum epoch_so_far;
  double seconds = 0.0;  // of this epoch's training
};

struct EpochReport {
  int64_t epoch = 0;
  LossSum train = {};
  LossSum valid = {};
  double learning_rate = 0.0;      // of the epoch's last step
  double gradient_norm = 0.0;      // mean over steps, before clipping
  double max_gradient_norm = 0.0;  // likewise
  double train_seconds = 0.0;
  double seconds = 0.0;   // training and validation
  bool improved = false;  // the lowest validation loss so far
  bool kept = false;      // the model now holds the weights to keep
};

// A step whose gradient is there, and whose update is about to come.
struct UpdateReport {
  int64_t epoch = 0;
  int64_t step = 0;  // from 1, over all epochs
  double learning_rate = 0.0;
  double gradient_norm = 0.0;   // before clipping
  double gradient_scale = 1.0;  // what the parameters' gradients are to be multiplied with
  const LabelledBatch& batch;   // the first of the step's
};

// Told what happens; must not change the model.
class FitObserver {
 public:
  virtual ~FitObserver() = default;
  // True when it wants to be told of the update of this step, counted over all epochs, by the two
  // calls below.
  virtual bool looks_into(int64_t) { return false; }
  virtual void before_update(const UpdateReport&) {}
  virtual void after_update() {}
  virtual void on_step(const StepReport& report) = 0;
  virtual void on_epoch(const EpochReport& report) = 0;
  // Called when the plan says so, and when the training is interrupted. The tensors are the model's
  // own.
  virtual void on_checkpoint(const FitState&) {}
};

enum class FitEnd {
  finished,
  stopped_early,
  interrupted,
  paused,  // as interrupted, by FitOptions::pause_after
  diverged,
};

struct FitResult {
  FitEnd end = FitEnd::finished;
  int64_t best_epoch = 0;  // whose weights are kept; 0: no epoch was validated
  LossSum best_valid;      // of that epoch
  int64_t good_steps = 0;  // those that updated the weights
  std::string message;     // diverged: where and what to do
};

// Trains until the epochs are over, patience is lost, `should_stop` answers true after a step, or
// the loss or gradient is no longer finite. On return the model holds the weights to keep; without
// a validated epoch, the latest ones (interrupted), or the latest of those kept every 50 steps for
// which the loss was still finite (diverged).
// `from`: a state of the same training, to go on from instead of the model's own weights; every
// later number is then the one that it would have been.
FitResult fit(Objective& objective, BatchSource& train, BatchSource& valid, Optimizer& optimizer,
              const FitOptions& options, FitObserver& observer,
              const std::function<bool()>& should_stop,
              std::optional<FitState> from = std::nullopt);

}  // namespace mnemo
