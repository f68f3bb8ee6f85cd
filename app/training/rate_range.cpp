#include "app/training/rate_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "datasets/random.h"
#include "mnemo/error.h"
#include "models/safetensors.h"

namespace mnemo {
namespace {

// Batches of one epoch after the other.
class EndlessBatches {
 public:
  explicit EndlessBatches(BatchSource& source) : source_(source) {}

  LabelledBatch next() {
    if (index_ == count_) {
      count_ = source_.start_epoch(++epoch_);
      index_ = 0;
    }
    return source_.batch(index_++);
  }

 private:
  BatchSource& source_;
  int64_t epoch_ = 0, index_ = 0, count_ = 0;
};

// The slope between the neighbours of each inner point; the average of the first points, a
// twentieth of them, is too short to tell anything.
double steepest_rate(const std::vector<RatePoint>& points, size_t lowest, size_t unsettled) {
  double least = 0.0, rate = 0.0;
  for (size_t i = unsettled + 1; i < lowest; ++i) {
    const double slope = points[i + 1].smoothed - points[i - 1].smoothed;
    if (slope >= least) continue;
    least = slope;
    rate = points[i].rate;
  }
  return rate;
}

// A model and its optimizer as they were, for a second try.
class Start {
 public:
  Start(torch::nn::Module& model, Optimizer& optimizer) : model_(model), optimizer_(optimizer) {
    for (const auto& [name, tensor] : named_tensors(model)) tensors_[name] = tensor.clone();
    for (const auto& [name, tensor] : optimizer.state()) state_[name] = tensor.clone();
  }
  void restore() {
    const at::NoGradGuard no_grad;
    for (auto& [name, tensor] : named_tensors(model_)) at::Tensor(tensor).copy_(tensors_.at(name));
    optimizer_.restore(state_);
  }

 private:
  torch::nn::Module& model_;
  Optimizer& optimizer_;
  NamedTensors tensors_, state_;
};

RateCurve try_rates(Objective& objective, BatchSource& train, Optimizer& optimizer,
                    const FitOptions& options, int64_t steps) {
  constexpr double kDivergence = 4.0, kMemory = 0.1;  // of the average: a tenth of the steps
  const double smoothing = 1.0 - 1.0 / (kMemory * static_cast<double>(steps));
  EndlessBatches batches(train);
  objective.model().train();
  RateCurve curve;
  double average = 0.0, lowest = std::numeric_limits<double>::infinity();
  for (int64_t step = 0; step < steps; ++step) {
    const double way = static_cast<double>(step) / static_cast<double>(steps - 1);
    const double rate = kLowestRate * std::pow(kHighestRate / kLowestRate, way);
    optimizer.zero_grad();
    const auto seed = derive_seed(options.seed, static_cast<uint64_t>(step));
    const double loss = objective.step(batches.next(), seed, /*weight=*/1.0).mean_loss();
    optimizer.drop_waiting_gradients();
    if (options.clip_value > 0.0) clip_gradient_values(optimizer.parameters(), options.clip_value);
    const double norm = gradient_norm(optimizer.parameters());
    if (!std::isfinite(loss) || !std::isfinite(norm)) break;
    average = smoothing * average + (1.0 - smoothing) * loss;
    const double smoothed = average / (1.0 - std::pow(smoothing, static_cast<double>(step + 1)));
    if (smoothed > kDivergence * lowest) break;
    lowest = std::min(lowest, smoothed);
    curve.points.push_back({.rate = rate, .loss = loss, .smoothed = smoothed});
    optimizer.set_learning_rate(rate);
    optimizer.step(clipping_scale(norm, options.clip_norm));
  }
  const auto best = std::ranges::min_element(curve.points, {}, &RatePoint::smoothed);
  if (best == curve.points.end()) return curve;
  constexpr int64_t kUnsettledPart = 20;
  curve.at_lowest = best->rate;
  curve.steepest = steepest_rate(curve.points, static_cast<size_t>(best - curve.points.begin()),
                                 static_cast<size_t>(steps / kUnsettledPart));
  return curve;
}

}  // namespace

RateCurve find_learning_rate(Objective& objective, BatchSource& train, Optimizer& optimizer,
                             const FitOptions& options) {
  // The loss of small batches under much dropout falls less, in a hundred steps, than it jumps.
  constexpr int64_t kSlower = 5;
  Start start(objective.model(), optimizer);
  auto curve = try_rates(objective, train, optimizer, options, kRateSteps);
  if (curve.steepest == 0.0) {
    start.restore();
    curve = try_rates(objective, train, optimizer, options, kSlower * kRateSteps);
  }
  if (curve.steepest == 0.0) {
    throw Error(fmt::format(
        "the loss does not fall at any learning rate from {} to {}; look at the data, or "
        "at the first weights",
        kLowestRate, kHighestRate));
  }
  return curve;
}

std::string to_tsv(const RateCurve& curve) {
  std::string text = "learning_rate\tloss\tsmoothed_loss\n";
  for (const auto& point : curve.points) {
    text += fmt::format("{:.4g}\t{:.6g}\t{:.6g}\n", point.rate, point.loss, point.smoothed);
  }
  return text;
}

}  // namespace mnemo
