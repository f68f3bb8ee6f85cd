#include "app/training/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mnemo {
namespace {

// Falls from 1 to 0 while `way` goes from 0 to 1.
double half_cosine(double way) { return 0.5 * (1.0 + std::cos(std::numbers::pi * way)); }

// The numbers are those of torch.optim.lr_scheduler.OneCycleLR.
double one_cycle(int64_t step, int64_t steps) {
  constexpr double kRisingShare = 0.3, kStart = 1.0 / 25.0, kEnd = kStart / 1e4;
  const double top = kRisingShare * static_cast<double>(steps) - 1.0;
  const auto last = static_cast<double>(steps - 1), at = static_cast<double>(step);
  if (at <= top) return 1.0 + (kStart - 1.0) * half_cosine(top > 0.0 ? at / top : 1.0);
  return kEnd + (1.0 - kEnd) * half_cosine(last > top ? (at - top) / (last - top) : 1.0);
}

}  // namespace

LearningRate::LearningRate(const ScheduleOptions& options, double full_rate, int64_t epochs,
                           int64_t steps_per_epoch)
    : options_(options),
      full_rate_(full_rate),
      steps_per_epoch_(std::max<int64_t>(1, steps_per_epoch)),
      steps_(std::max<int64_t>(1, epochs * steps_per_epoch - options.warmup_steps)) {}

double LearningRate::at(int64_t steps_done) const {
  if (steps_done < options_.warmup_steps) {
    const double risen =
        static_cast<double>(steps_done + 1) / static_cast<double>(options_.warmup_steps);
    return full_rate_ * risen;
  }
  return full_rate_ * factor(steps_done);
}

double LearningRate::factor(int64_t steps_done) const {
  const int64_t step = std::min(steps_done - options_.warmup_steps, steps_ - 1);
  const double way = static_cast<double>(step) / static_cast<double>(steps_);
  const int64_t epochs_done = steps_done / steps_per_epoch_;
  switch (options_.kind) {
    case Schedule::constant:
      return 1.0;
    case Schedule::linear:
      return 1.0 - way;
    case Schedule::cosine:
      return half_cosine(way);
    case Schedule::one_cycle:
      return one_cycle(step, steps_);
    case Schedule::step:
      return std::pow(options_.decay_factor,
                      static_cast<double>(epochs_done / options_.decay_epochs));
    case Schedule::exponential:
      return std::pow(options_.decay_factor, static_cast<double>(epochs_done));
    case Schedule::plateau:
      return plateau_.factor;
  }
  return 1.0;
}

void LearningRate::on_validation(double loss) {
  // A loss must fall by this share to count as lower, as in PyTorch's ReduceLROnPlateau.
  constexpr double kLeastImprovement = 1e-4;
  auto& [factor, lowest_loss, epochs_without] = plateau_;
  if (!lowest_loss || loss < *lowest_loss * (1.0 - kLeastImprovement)) {
    lowest_loss = loss;
    epochs_without = 0;
    return;
  }
  if (++epochs_without <= options_.decay_epochs) return;
  factor *= options_.decay_factor;
  epochs_without = 0;
}

}  // namespace mnemo
