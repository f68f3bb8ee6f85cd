#include "app/training/latency.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace mnemo {
namespace {

// Enough for a median; few enough that no training is kept waiting.
constexpr int64_t kMeasurements = 41;
constexpr int64_t kWarmUps = 4;
constexpr double kMostSeconds = 0.5;

class OneThread {
 public:
  OneThread() : threads_(at::get_num_threads()) { at::set_num_threads(1); }
  ~OneThread() { at::set_num_threads(threads_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int threads_;
};

double seconds_between(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

double median_latency(Objective& objective, BatchSource& valid) {
  const OneThread one_thread;
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
