#include "app/search/importance.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <span>

#include "datasets/random.h"

namespace mnemo {
namespace {

constexpr size_t kFewestPoints = 20;
constexpr double kBetterShare = 0.25;
constexpr size_t kGrid = 50;  // places at which the density of a number is looked at
constexpr size_t kResamples = 100;

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

size_t better_of(size_t points) {
  return static_cast<size_t>(std::ceil(kBetterShare * static_cast<double>(points)));
}

// The divergence of each knob.
std::vector<double> divergences(const SearchSpace& space, std::span<const Point> better,
                                std::span<const Point> all) {
  std::vector<double> found;
  for (size_t i = 0; i < space.knobs().size(); ++i) {
    const auto& knob = space.knobs()[i];
    found.push_back(divergence(distribution(knob, i, better), distribution(knob, i, all)));
  }
  return found;
}

// Chance makes this of each knob: of better points that are any.
struct ByChance {
  std::vector<double> mean, high;  // high: the 95% quantile
};

double quantile(std::vector<double> values, double share) {
  std::ranges::sort(values);
  const double place = share * static_cast<double>(values.size() - 1);
  return values[static_cast<size_t>(std::lround(place))];
}

ByChance divergences_by_chance(const SearchSpace& space, const std::vector<Point>& points,
                               std::mt19937_64& random) {
  const size_t knobs = space.knobs().size();
  std::vector<std::vector<double>> of_knob(knobs);
  auto shuffled = points;
  for (size_t round = 0; round < kResamples; ++round) {
    shuffle(std::span(shuffled), random);
    const auto found =
        divergences(space, std::span(shuffled).first(better_of(points.size())), points);
    for (size_t i = 0; i < knobs; ++i) of_knob[i].push_back(found[i]);
  }
  ByChance chance;
  constexpr double kCertain = 0.95;
  for (const auto& values : of_knob) {
    chance.mean.push_back(std::accumulate(values.begin(), values.end(), 0.0) /
                          static_cast<double>(values.size()));
    chance.high.push_back(quantile(values, kCertain));
  }
  return chance;
}

// Shares of what is above chance; zeros where nothing is.
std::vector<double> shares_of(const std::vector<double>& found, const ByChance& chance) {
  std::vector<double> shares;
  double sum = 0.0;
  for (size_t i = 0; i < found.size(); ++i) {
    shares.push_back(std::max(0.0, found[i] - chance.mean[i]));
    sum += shares.back();
  }
  for (double& share : shares) share = sum > 0.0 ? share / sum : 0.0;
  return shares;
}

// The points drawn again, as many, in the order of their ranks.
std::vector<Point> drawn_again(const std::vector<Point>& ranked, std::mt19937_64& random) {
  std::vector<size_t> places;
  for (size_t i = 0; i < ranked.size(); ++i) places.push_back(random() % ranked.size());
  std::ranges::sort(places);
  std::vector<Point> points;
  for (const size_t place : places) points.push_back(ranked[place]);
  return points;
}

}  // namespace

std::vector<KnobImportance> knob_importances(const SearchSpace& space,
                                             const std::vector<Point>& ranked) {
  if (ranked.size() < kFewestPoints) return {};
  constexpr double kLow = 0.05, kHigh = 0.95;
  std::mt19937_64 random(1);  // NOLINT: the same summary each time
  const auto chance = divergences_by_chance(space, ranked, random);
  const auto found_in = [&](const std::vector<Point>& points) {
    return divergences(space, std::span(points).first(better_of(points.size())), points);
  };
  const auto found = found_in(ranked);
  const auto shares = shares_of(found, chance);
  std::vector<std::vector<double>> drawn(shares.size());
  for (size_t round = 0; round < kResamples; ++round) {
    const auto again = shares_of(found_in(drawn_again(ranked, random)), chance);
    for (size_t i = 0; i < again.size(); ++i) drawn[i].push_back(again[i]);
  }
  std::vector<KnobImportance> importances;
  for (size_t i = 0; i < shares.size(); ++i) {
    importances.push_back({.knob = space.knobs()[i].name(),
                           .share = shares[i],
                           .low = quantile(drawn[i], kLow),
                           .high = quantile(drawn[i], kHigh),
                           .is_told_from_chance = found[i] > chance.high[i]});
  }
  std::ranges::stable_sort(importances, std::greater{}, &KnobImportance::share);
  return importances;
}

}  // namespace mnemo
