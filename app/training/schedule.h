// How the learning rate goes over a training. Each schedule is PyTorch's of the same idea.
#pragma once

#include <cstdint>
#include <optional>

namespace mnemo {

enum class Schedule {
  constant,
  linear,       // falls in a straight line, from the full rate at the first step to nearly 0
  cosine,       // falls along half a cosine (Loshchilov and Hutter 2017, without restarts)
  one_cycle,    // rises over 30% of the steps, then falls to nearly 0 (Smith and Topin 2019)
  step,         // times decay_factor every decay_epochs
  exponential,  // times decay_factor every epoch
  plateau,      // times decay_factor after more than decay_epochs without a lower validation loss
};

struct ScheduleOptions {
  Schedule kind = Schedule::linear;
  int64_t warmup_steps =
      0;  // first steps over which the rate rises from nothing in a straight line
  double decay_factor = 0.5;  // step, exponential, plateau
  int64_t decay_epochs = 3;   // step, plateau
};

// Follows one training.
class LearningRate {
 public:
  LearningRate(const ScheduleOptions& options, double full_rate, int64_t epochs,
               int64_t steps_per_epoch);

  // The rate of the step that comes after `steps_done`, over all epochs.
  double at(int64_t steps_done) const;
  // Tells of an epoch's validation loss.
  void on_validation(double loss);

  // The course of the validation losses so far.
  struct Plateau {
    double factor = 1.0;
    std::optional<double> lowest_loss = {};  // of any epoch
    int64_t epochs_without = 0;
  };
  const Plateau& plateau() const { return plateau_; }
  void restore(const Plateau& plateau) { plateau_ = plateau; }

 private:
  double factor(int64_t steps_done) const;

  ScheduleOptions options_;
  double full_rate_;
  int64_t steps_per_epoch_, steps_;  // of the schedule, without the warm-up
  Plateau plateau_;
};

}  // namespace mnemo
