#include "app/search/importance.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace mnemo {
namespace {

constexpr size_t kFewestPoints = 8;
constexpr double kBetterShare = 0.25;
constexpr size_t kGrid = 50;  // places at which the density of a number is looked at

// How the coordinates of one knob are distributed over its choices, or over a grid: sums to 1. A
// little is everywhere, so that chance among few points weighs less.
std::vector<double> distribution(const Knob& knob, size_t index, std::span<const Point> points) {
  const size_t cells = knob.is_choice() ? knob.values().size() : kGrid;
  const double width = 0.3 * std::pow(static_cast<double>(points.size()), -0.2);  // Scott's rule
  std::vector<double> shares(cells, 1.0 / static_cast<double>(cells));
  for (const auto& point : points) {
    std::vector<double> kernel(cells, 0.0);
    double sum = 0.0;
    for (size_t cell = 0; cell < cells; ++cell) {
      const double at = (static_cast<double>(cell) + 0.5) / static_cast<double>(cells);
      const double z = (at - point[index]) / width;
      const bool is_choice = knob.is_choice();
      kernel[cell] =
          is_choice ? double(knob.choice_at(point[index]) == cell) : std::exp(-0.5 * z * z);
      sum += kernel[cell];
    }
    for (size_t cell = 0; cell < cells; ++cell) shares[cell] += kernel[cell] / sum;
  }
  for (double& share : shares) share /= static_cast<double>(points.size() + 1);
  return shares;
}

double divergence(const std::vector<double>& better, const std::vector<double>& all) {
  double sum = 0.0;
  for (size_t cell = 0; cell < all.size(); ++cell) {
    sum += (better[cell] - all[cell]) * (better[cell] - all[cell]) / all[cell];
  }
  return sum;
}

}  // namespace

std::vector<KnobImportance> knob_importances(const SearchSpace& space,
                                             const std::vector<Point>& ranked) {
  if (ranked.size() < kFewestPoints) return {};
  const auto better = std::span(ranked).first(
      static_cast<size_t>(std::ceil(kBetterShare * static_cast<double>(ranked.size()))));
  std::vector<KnobImportance> importances;
  double sum = 0.0;
  for (size_t i = 0; i < space.knobs().size(); ++i) {
    const auto& knob = space.knobs()[i];
    const double found = divergence(distribution(knob, i, better), distribution(knob, i, ranked));
    importances.push_back({.knob = knob.name(), .share = found});
    sum += found;
  }
  for (auto& importance : importances) importance.share = sum > 0.0 ? importance.share / sum : 0.0;
  std::ranges::sort(importances, std::greater{}, &KnobImportance::share);
  return importances;
}

}  // namespace mnemo
