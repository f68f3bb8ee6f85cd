// How much each knob had to do with the outcome of a search.
#pragma once

#include <string>
#include <vector>

#include "app/search/search_space.h"

namespace mnemo {

struct KnobImportance {
  std::string knob;
  double share = 0.0;            // of all knobs' together, 0 to 1
  double low = 0.0, high = 0.0;  // 90% interval of it, by bootstrap (Efron 1979) over the points
  // True when the better points differ more than those of 95% of random choices of as many would.
  bool is_told_from_chance = false;
};

// PED-ANOVA (Watanabe et al. 2023): a knob matters as far as its values among the better points are
// distributed otherwise than among all of them, measured by the Pearson divergence, less what that
// is of points chosen at random. `ranked`: best first. The most important first; empty for fewer
// than 20 points, which say nothing. Depends on its arguments alone.
std::vector<KnobImportance> knob_importances(const SearchSpace& space,
                                             const std::vector<Point>& ranked);

}  // namespace mnemo
