// The least value of a smooth convex function of many numbers: L-BFGS (Liu and Nocedal 1989), from
// a diagonal that the function is about as steep as, with steps that are halved until the value
// falls enough (Armijo 1966). Every sum is taken in an order that the number of threads does not
// change, and so is the result.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace mnemo {

struct LbfgsOptions {
  double tolerance = 1e-3;  // of the gradient's norm, as a share of `first_norm`
  double first_norm = 0.0;  // 0: of the gradient where the search begins
  int64_t history = 10;     // steps that the curvature is told by
};

struct LbfgsResult {
  double value = 0.0;
  double gradient_norm = 0.0;
  int64_t steps = 0;
};

// Value at `point`, and the gradient there, written over a list as long.
using SmoothFunction =
    std::function<double(const std::vector<double>& point, std::vector<double>& gradient)>;

// Moves `point`. `steepness`: positive, of each number, about the function's second derivative.
LbfgsResult minimize(const SmoothFunction& function, std::vector<double>& point,
                     const std::vector<double>& steepness, const LbfgsOptions& options = {});

// Sum of products, on all threads.
double inner_product(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace mnemo
