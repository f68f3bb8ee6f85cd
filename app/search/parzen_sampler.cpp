#include "app/search/parzen_sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "datasets/random.h"

namespace mnemo {
namespace {

double normal_below(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

// Of a normal distribution cut off below 0 and above 1.
double cut_normal(double x, double centre, double width) {
  const double mass = normal_below((1.0 - centre) / width) - normal_below(-centre / width);
  const double z = (x - centre) / width;
  constexpr double kRootOfTwoPi = 2.5066282746310002;
  return std::exp(-0.5 * z * z) / (kRootOfTwoPi * width * mass);
}

// Of the kernels of choices that are ordered, at least: narrower ones would not reach the
// neighbours.
constexpr double kOrderedWidth = 0.25;

// Share of a choice's kernel that does not stay at its centre.
double wandering(double width) { return std::min(0.5, width); }

double uniform(std::mt19937_64& random) {
  constexpr double kSteps = 9007199254740992.0;  // 2^53
  return static_cast<double>(random() >> 11U) / kSteps;
}

}  // namespace

ParzenSampler::ParzenSampler(SearchSpace space, Point start, ParzenOptions options, uint64_t seed)
    : space_(std::move(space)), start_(std::move(start)), options_(options), seed_(seed) {}

ParzenSampler::Density ParzenSampler::density_of(std::vector<Point> centres) const {
  // Scott's rule for the spread of points in so many dimensions, and never so narrow that the same
  // point is all that is drawn.
  constexpr double kWidest = 0.3, kNarrowest = 0.05;
  const auto dimensions = static_cast<double>(space_.knobs().size());
  const double count = static_cast<double>(std::max<size_t>(centres.size(), 1));
  const double width = kWidest * std::pow(count, -1.0 / (dimensions + 4.0));
  return {.centres = std::move(centres), .width = std::max(width, kNarrowest)};
}

double ParzenSampler::draw_near(double centre, double width) {
  // By rejection; the centre is within, so that every second draw at least is.
  double coordinate = -1.0;
  while (coordinate < 0.0 || coordinate > 1.0) {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform(random_)));
    coordinate = centre + width * radius * std::cos(6.283185307179586 * uniform(random_));
  }
  return coordinate;
}

double ParzenSampler::draw_coordinate(const Knob& knob, double centre, double width) {
  if (!knob.is_choice()) return draw_near(centre, width);
  if (!knob.is_ordered()) return uniform(random_);
  const auto here = knob.choice_at(centre);
  double coordinate = centre;
  while (knob.choice_at(coordinate) == here) {
    coordinate = draw_near(centre, std::max(width, kOrderedWidth));
  }
  return coordinate;
}

Point ParzenSampler::draw_around(const Point& centre, double width) {
  const auto knobs = static_cast<double>(centre.size());
  const auto always = static_cast<size_t>(uniform(random_) * knobs);
  Point point = centre;
  for (size_t i = 0; i < centre.size(); ++i) {
    const bool changes = i == always || uniform(random_) < (options_.changed_knobs - 1.0) / knobs;
    if (!changes) continue;
    const auto& knob = space_.knobs()[i];
    const double drawn = draw_coordinate(knob, centre[i], width);
    point[i] = knob.coordinate_of(knob.value_at(drawn));
  }
  return point;
}

Point ParzenSampler::draw(const Density& density) {
  // The start is one more centre, with a wide kernel: no part of the space is ever ruled out.
  const auto place =
      static_cast<size_t>(uniform(random_) * static_cast<double>(density.centres.size() + 1));
  if (place >= density.centres.size()) return draw_around(start_, options_.prior_width);
  return draw_around(density.centres[place], density.width);
}

double ParzenSampler::kernel(const Point& centre, double width, const Point& at) const {
  double product = 1.0;
  for (size_t i = 0; i < at.size(); ++i) {
    const auto& knob = space_.knobs()[i];
    if (!knob.is_choice() || knob.is_ordered()) {
      const double least = knob.is_ordered() ? kOrderedWidth : 0.0;
      product *= cut_normal(at[i], centre[i], std::max(width, least));
      continue;
    }
    const double elsewhere = wandering(width) / static_cast<double>(knob.values().size());
    const bool is_same = knob.choice_at(at[i]) == knob.choice_at(centre[i]);
    product *= elsewhere + (is_same ? 1.0 - wandering(width) : 0.0);
  }
  return product;
}

double ParzenSampler::log_of(const Density& density, const Point& at) const {
  double sum = kernel(start_, options_.prior_width, at);
  for (const auto& centre : density.centres) sum += kernel(centre, density.width, at);
  return std::log(sum / static_cast<double>(density.centres.size() + 1) +
                  std::numeric_limits<double>::min());
}

Point ParzenSampler::propose(const std::vector<Point>& ranked, const std::vector<Point>& pending,
                             int64_t draws, const CostModel* cost,
                             double cost_weight) {
  // A stream of its own for each draw: a search that goes on after an interruption does not repeat
  // what it drew before.
  random_.seed(derive_seed(seed_, static_cast<uint64_t>(draws)));
  if (std::ssize(ranked) < 2 || draws < options_.first_draws) {
    return draw_around(start_, options_.prior_width);
  }
  const auto count = static_cast<std::ptrdiff_t>(
      std::ceil(options_.good_share * static_cast<double>(ranked.size())));
  std::vector<Point> rest(ranked.begin() + count, ranked.end());
  rest.insert(rest.end(), pending.begin(), pending.end());
  const auto good = density_of({ranked.begin(), ranked.begin() + count});
  const auto bad = density_of(std::move(rest));
  Point best;
  double best_gain = -std::numeric_limits<double>::infinity();
  for (int64_t i = 0; i < options_.candidates; ++i) {
    Point candidate = draw(good);
    double gain = log_of(good, candidate) - log_of(bad, candidate);
    if (cost != nullptr) gain -= cost_weight * std::max(0.0, cost->log_ratio(candidate, start_));
    if (gain > best_gain) {
      best_gain = gain;
      best = std::move(candidate);
    }
  }
  return best;
}

}  // namespace mnemo
