// Proposes the next point to try: a tree-structured Parzen estimator (Bergstra et al. 2011) with
// kernels over all knobs at once, as in BOHB (Falkner et al. 2018). Points so far are split into a
// good part and the rest, each becomes a density, and of many points drawn from the first the one
// is taken at which it stands highest above the second. That ratio says how the odds stand that a
// point is a good one; it is multiplied by the odds that a regression on the knobs gives, which
// knows after few points already which of the knobs that changed together did harm.
#pragma once

#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "app/search/cost_model.h"
#include "app/search/search_space.h"

namespace mnemo {

// The time that a point may take.
struct TimePressure {
  const CostModel* cost = nullptr;  // null: time is no matter
  // A point that takes n times as long as the start has to be so much the better, n to this power
  // (Snoek et al. 2012); from 1 at the beginning of a budget to 0 at its end, so that what is dear
  // has its turn, too (cost-cooling; Lee et al. 2020).
  double weight = 1.0;
  // Points that would take longer are taken only where nothing else was drawn.
  double most_seconds = std::numeric_limits<double>::infinity();
};

class ParzenSampler {
 public:
  // `start`: settings that are known to do well, around which it looks first.
  ParzenSampler(SearchSpace space, Point start, uint64_t seed);

  // `ranked`: the points so far, best first. `pending`: those under way, which count as bad so that
  // the same is not tried twice. `draws`: how many points were proposed so far, all told.
  Point propose(const std::vector<Point>& ranked, const std::vector<Point>& pending, int64_t draws,
                const TimePressure& pressure = {});

 private:
  struct Density {
    std::vector<Point> centres;
    double width = 0.0;  // of their kernels
  };

  Density density_of(std::vector<Point> centres) const;
  double draw_near(double centre, double width);
  Point draw_first(int64_t place);
  double draw_coordinate(const Knob& knob, double centre, double width);
  Point draw_around(const Point& centre, double width);
  Point draw(const Density& density);
  double kernel(const Point& centre, double width, const Point& at) const;
  double log_of(const Density& density, const Point& at) const;
  double loss_by_time(const Point& point, const TimePressure& pressure) const;

  SearchSpace space_;
  Point start_;
  uint64_t seed_;
  std::mt19937_64 random_;
};

}  // namespace mnemo
