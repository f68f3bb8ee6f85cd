#include "app/search/learning_curves.h"

#include <algorithm>
#include <cmath>

namespace mnemo {
namespace {

// The slope before anything is known, and how many trainings that weighs as much as.
constexpr double kUsualSlope = 0.5, kUsualWeight = 3.0;
// Whoever is ahead on a rung stays so, and by no more.
constexpr double kLeastSlope = 0.1, kMostSlope = 1.0;

struct RegressionLine {
  double x = 0.0, y = 0.0;  // of its middle
  double slope = kUsualSlope;

  double at(double place) const { return y + slope * (place - x); }
};

// `x` and `y` have as many numbers.
RegressionLine fit(const std::vector<double>& x, const std::vector<double>& y) {
  const auto count = static_cast<double>(x.size());
  RegressionLine line;
  for (size_t i = 0; i < x.size(); ++i) {
    line.x += x[i] / count;
    line.y += y[i] / count;
  }
  double xx = 0.0, xy = 0.0;
  for (size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - line.x) * (x[i] - line.x);
    xy += (x[i] - line.x) * (y[i] - line.y);
  }
  if (xx == 0.0) return line;
  const double slope = (count * xy / xx + kUsualWeight * kUsualSlope) / (count + kUsualWeight);
  line.slope = std::clamp(slope, kLeastSlope, kMostSlope);
  return line;
}

}  // namespace

std::vector<double> expected_log_finals(const std::vector<RungValues>& trainings) {
  size_t rungs = 0;
  for (const auto& training : trainings) rungs = std::max(rungs, training.size());
  std::vector<double> finals(trainings.size(), 0.0);
  for (size_t rung = rungs; rung-- > 0;) {
    std::vector<double> here, in_the_end;  // of those that went further
    for (size_t i = 0; i < trainings.size(); ++i) {
      if (trainings[i].size() <= rung + 1 || std::isnan(trainings[i][rung])) continue;
      here.push_back(std::log(trainings[i][rung]));
      in_the_end.push_back(finals[i]);
    }
    const RegressionLine line = fit(here, in_the_end);
    for (size_t i = 0; i < trainings.size(); ++i) {
      if (trainings[i].size() != rung + 1) continue;
      const double value = std::log(trainings[i][rung]);
      finals[i] = here.empty() ? value : line.at(value);
    }
  }
  return finals;
}

}  // namespace mnemo
