// The least value of a function of a few numbers, without its slope.
#pragma once

#include <functional>
#include <vector>

namespace mnemo {

// The place in [low, high] where `function` is least: a search over a grid, and then by golden
// sections around the best of it.
double minimum_between(double low, double high, const std::function<double(double)>& function);

// A place near `start` where `function` is least, by Nelder and Mead's simplex (1965), which begins
// with an edge of `size`. Infinite values keep it away.
std::vector<double> minimum_near(const std::vector<double>& start, double size,
                                 const std::function<double(const std::vector<double>&)>& function);

}  // namespace mnemo
