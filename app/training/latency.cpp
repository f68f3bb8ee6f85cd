#include "app/training/latency.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "models/parallel.h"

namespace mnemo {
namespace {

// Enough for a median; few enough that no training is kept waiting.
constexpr int64_t kMeasurements = 41;
constexpr int64_t kWarmUps = 4;
constexpr double kMostSeconds = 0.5;

double seconds_between(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

double median_latency(Objective& objective, BatchSource& valid) {
  const CallerThreads one_thread(1);
  const EvaluationMode evaluation(objective.model());
  const int64_t batches = valid.start_epoch(1);
  const auto begin = std::chrono::steady_clock::now();
  std::vector<double> seconds;
  for (int64_t i = -kWarmUps; i < kMeasurements; ++i) {
    const int64_t place = std::max<int64_t>(i, 0) * batches / kMeasurements;
    const auto sample = first_samples(valid.batch(place), 1);
    const auto start = std::chrono::steady_clock::now();
    objective.evaluate(sample);
    if (i >= 0) seconds.push_back(seconds_between(start));
    if (i >= 0 && seconds_between(begin) > kMostSeconds) break;
  }
  const auto middle = seconds.begin() + std::ssize(seconds) / 2;
  std::ranges::nth_element(seconds, middle);
  return *middle * 1000.0;
}

}  // namespace mnemo
