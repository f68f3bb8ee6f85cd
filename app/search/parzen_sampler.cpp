#include "app/search/parzen_sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "datasets/random.h"

namespace mnemo {
namespace {

double normal_below(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

// Points drawn around the start before the densities decide. The first knob is turned in all of
// them, up in one and down in the next: in our spaces it is the learning rate, than which nothing
// matters more (Bengio 2012).
constexpr int64_t kFirstDraws = 3;
constexpr double kGoodShare = 0.1;    // of the points so far, rounded up
constexpr int64_t kCandidates = 100;  // drawn around the good ones
constexpr double kPriorWidth = 0.35;  // standard deviation of what is drawn around the start
// Knobs that a drawn point changes, on average, of the one it is drawn around; one at least. If a
// dozen change at once, some always do harm, and a search of minutes has no time to find out
// which.
constexpr double kChangedKnobs = 3.0;

// The density of a normal distribution cut off below 0 and above 1.
double cut_normal(double x, double centre, double width) {
  const double mass = normal_below((1.0 - centre) / width) - normal_below(-centre / width);
  const double z = (x - centre) / width;
  constexpr double kRootOfTwoPi = 2.5066282746310002;
  return std::exp(-0.5 * z * z) / (kRootOfTwoPi * width * mass);
}

// The kernels of ordered choices have at least this width: narrower ones would not reach the
// neighbours.
constexpr double kOrderedWidth = 0.25;

// Share of a choice's kernel that does not stay at its centre.
double wandering(double width) { return std::min(0.5, width); }

double uniform(std::mt19937_64& random) {
  constexpr double kSteps = 9007199254740992.0;  // 2^53
  return static_cast<double>(random() >> 11U) / kSteps;
}

// Estimates what a knob by itself does to a point's place among the ranked ones.
class RankRegression {
 public:
  // `good`: how many of the ranked ones are.
  RankRegression(const SearchSpace& space, const std::vector<Point>& ranked, size_t good)
      : places_(space, ranked, logits_of_places(ranked.size()), kPrior),
        threshold_(logit_of_place(good - 1, ranked.size())) {}

  // The logarithm of the odds that the point would be among the good ones.
  double log_odds(const Point& point) const {
    const auto [mean, deviation] = places_.at(point);
    return (threshold_ - mean) / (kScale * deviation);
  }

 private:
  // This is the scale of a logistic distribution with variance 1.
  static constexpr double kScale = 0.5513288954217921;  // sqrt(3) / pi
  static constexpr KnobRegressionOptions kPrior = {
      .slope = 1.0, .bend = 1.0, .step = 0.7, .noise = 0.55};

  static double logit_of_place(size_t place, size_t count) {
    const double share = (static_cast<double>(place) + 0.5) / static_cast<double>(count);
    return kScale * std::log(share / (1.0 - share));
  }
  static std::vector<double> logits_of_places(size_t count) {
    std::vector<double> logits;
    for (size_t place = 0; place < count; ++place) logits.push_back(logit_of_place(place, count));
    return logits;
  }

  KnobRegression places_;
  double threshold_;
};

}  // namespace

ParzenSampler::ParzenSampler(SearchSpace space, Point start, uint64_t seed)
    : space_(std::move(space)), start_(std::move(start)), seed_(seed) {}

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
  // Draws outside are rejected; the centre is within, so that every second draw at least is.
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
    const bool changes = i == always || uniform(random_) < (kChangedKnobs - 1.0) / knobs;
    if (!changes) continue;
    const auto& knob = space_.knobs()[i];
    const double drawn = draw_coordinate(knob, centre[i], width);
    point[i] = knob.coordinate_of(knob.value_at(drawn));
  }
  return point;
}

// `place`: how many points were drawn before.
Point ParzenSampler::draw_first(int64_t place) {
  Point point = draw_around(start_, kPriorWidth);
  const auto& knob = space_.knobs().front();
  if (knob.is_choice() && !knob.is_ordered()) return point;
  constexpr int kTries = 100;  // where there is room, a few are enough
  const double from = start_.front();
  const bool goes_up = place % 2 == 0;
  for (int i = 0; i < kTries; ++i) {
    const double to = draw_coordinate(knob, from, kPriorWidth);
    const double rounded = knob.coordinate_of(knob.value_at(to));
    if (goes_up ? rounded <= from : rounded >= from) continue;
    point.front() = rounded;
    break;
  }
  return point;
}

Point ParzenSampler::draw(const Density& density) {
  // The start is one more centre, with a wide kernel: no part of the space is ever ruled out.
  const auto place =
      static_cast<size_t>(uniform(random_) * static_cast<double>(density.centres.size() + 1));
  if (place >= density.centres.size()) return draw_around(start_, kPriorWidth);
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
  double sum = kernel(start_, kPriorWidth, at);
  for (const auto& centre : density.centres) sum += kernel(centre, density.width, at);
  return std::log(sum / static_cast<double>(density.centres.size() + 1) +
                  std::numeric_limits<double>::min());
}

// How much the odds of a point suffer from the time that it takes, as a logarithm.
double ParzenSampler::loss_by_time(const Point& point, const TimePressure& pressure) const {
  if (pressure.cost == nullptr) return 0.0;
  constexpr double kOutOfTheQuestion = 1e6;
  const double beyond = std::max(0.0, pressure.cost->seconds(point) - pressure.most_seconds);
  return pressure.weight * std::max(0.0, pressure.cost->log_ratio(point, start_)) +
         kOutOfTheQuestion * beyond;
}

Point ParzenSampler::propose(const std::vector<Point>& ranked, const std::vector<Point>& pending,
                             int64_t draws, const TimePressure& pressure) {
  // A stream of its own for each draw: a search that goes on after an interruption does not repeat
  // what it drew before.
  random_.seed(derive_seed(seed_, static_cast<uint64_t>(draws)));
  if (std::ssize(ranked) < 2 || draws < kFirstDraws) {
    return draw_first(draws);
  }
  const auto count =
      static_cast<std::ptrdiff_t>(std::ceil(kGoodShare * static_cast<double>(ranked.size())));
  std::vector<Point> rest(ranked.begin() + count, ranked.end());
  rest.insert(rest.end(), pending.begin(), pending.end());
  const auto good = density_of({ranked.begin(), ranked.begin() + count});
  const auto bad = density_of(std::move(rest));
  const RankRegression regression(space_, ranked, static_cast<size_t>(count));
  Point best = start_;
  double best_gain = -std::numeric_limits<double>::infinity();
  for (int64_t i = 0; i < kCandidates; ++i) {
    Point candidate = draw(good);
    const double gain = log_of(good, candidate) - log_of(bad, candidate) +
                        regression.log_odds(candidate) - loss_by_time(candidate, pressure);
    if (gain > best_gain) {
      best_gain = gain;
      best = std::move(candidate);
    }
  }
  return best;
}

}  // namespace mnemo
