#include "app/training/linear/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>

#include "models/parallel.h"

namespace mnemo {
namespace {

constexpr int64_t kMostSteps = 200;

constexpr size_t kNumbersATask = size_t{1} << 16;

// Calls task(begin, end, number) for parts of `size` numbers.
template <typename Task>
void in_parts(size_t size, const Task& task) {
  const size_t parts = (size + kNumbersATask - 1) / kNumbersATask;
  for_each_on_threads(static_cast<int64_t>(parts), [&](int64_t number) {
    const size_t begin = static_cast<size_t>(number) * kNumbersATask;
    task(begin, std::min(size, begin + kNumbersATask), static_cast<size_t>(number));
  });
}

template <typename A, typename B>
double dot(const std::vector<A>& a, const std::vector<B>& b) {
  std::vector<double> of_parts((a.size() + kNumbersATask - 1) / kNumbersATask);
  in_parts(a.size(), [&](size_t begin, size_t end, size_t part) {
    double sum = 0.0;
    for (size_t i = begin; i < end; ++i) {
      sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    }
    of_parts[part] = sum;
  });
  return std::accumulate(of_parts.begin(), of_parts.end(), 0.0);
}

template <typename B>
void add(std::vector<double>& a, double factor, const std::vector<B>& b) {
  in_parts(a.size(), [&](size_t begin, size_t end, size_t) {
    for (size_t i = begin; i < end; ++i) a[i] += factor * static_cast<double>(b[i]);
  });
}

// One step, and what it did to the gradient. Half as many bytes: they only shape the direction.
struct Pair {
  std::vector<float> step = {}, change = {};
  double product = 0.0;  // of the two
};

std::vector<float> difference(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<float> result(a.size());
  in_parts(a.size(), [&](size_t begin, size_t end, size_t) {
    for (size_t i = begin; i < end; ++i) result[i] = static_cast<float>(a[i] - b[i]);
  });
  return result;
}

// The share of the last pair's change that the steepness explains.
double scale_of(const Pair& last, const std::vector<double>& steepness) {
  std::vector<double> eased(steepness.size());
  in_parts(eased.size(), [&](size_t begin, size_t end, size_t) {
    for (size_t i = begin; i < end; ++i) eased[i] = last.change[i] / steepness[i];
  });
  return last.product / dot(eased, last.change);
}

// The two loops of L-BFGS: minus the gradient, times about the inverse of the second derivatives.
std::vector<double> direction_of(const std::vector<double>& gradient, const std::deque<Pair>& pairs,
                                 const std::vector<double>& steepness) {
  std::vector<double> direction(gradient);
  std::vector<double> shares;  // of each pair, the last first
  for (auto pair = pairs.rbegin(); pair != pairs.rend(); ++pair) {
    shares.push_back(dot(direction, pair->step) / pair->product);
    add(direction, -shares.back(), pair->change);
  }
  const double scale = pairs.empty() ? 1.0 : scale_of(pairs.back(), steepness);
  in_parts(direction.size(), [&](size_t begin, size_t end, size_t) {
    for (size_t i = begin; i < end; ++i) direction[i] *= -scale / steepness[i];
  });
  auto share = shares.rbegin();
  for (const auto& pair : pairs) {
    add(direction, -*share++ - dot(direction, pair.change) / pair.product, pair.step);
  }
  return direction;
}

}  // namespace

double inner_product(const std::vector<double>& a, const std::vector<double>& b) {
  return dot(a, b);
}

LbfgsResult minimize(const SmoothFunction& function, std::vector<double>& point,
                     const std::vector<double>& steepness, const LbfgsOptions& options) {
  constexpr double kEnough = 1e-4;  // of the fall that the slope promises
  constexpr int kHalvings = 30;
  std::vector<double> gradient(point.size()), next_gradient(point.size());
  std::deque<Pair> pairs;
  LbfgsResult result{.value = function(point, gradient)};
  result.gradient_norm = std::sqrt(dot(gradient, gradient));
  const double first = options.first_norm > 0.0 ? options.first_norm : result.gradient_norm;
  while (result.gradient_norm > options.tolerance * first && result.steps < kMostSteps) {
    const auto direction = direction_of(gradient, pairs, steepness);
    const double slope = dot(gradient, direction);
    if (!(slope < 0.0)) break;  // rounding is all that is left
    double length = 1.0, value = 0.0;
    std::vector<double> next;
    bool falls = false;
    for (int halving = 0; halving < kHalvings && !falls; ++halving) {
      next = point;
      add(next, length, direction);
      value = function(next, next_gradient);
      falls = value <= result.value + kEnough * length * slope;
      if (!falls) length /= 2.0;
    }
    if (!falls) break;
    Pair pair{.step = difference(next, point), .change = difference(next_gradient, gradient)};
    pair.product = dot(pair.step, pair.change);
    point.swap(next);
    gradient.swap(next_gradient);
    result.value = value;
    result.gradient_norm = std::sqrt(dot(gradient, gradient));
    ++result.steps;
    if (!(pair.product > 0.0)) continue;  // the curvature of a convex function, but for rounding
    pairs.push_back(std::move(pair));
    if (std::ssize(pairs) > options.history) pairs.pop_front();
  }
  return result;
}

}  // namespace mnemo
