// How much each knob had to do with the outcome of a search.
#pragma once

#include <string>
#include <vector>

#include "app/search/search_space.h"

namespace mnemo {

struct KnobImportance {
  std::string knob;
  double share = 0.0;  // of all knobs' together, 0 to 1
};

// PED-ANOVA (Watanabe et al. 2023): a knob matters as far as its values among the better points are
// distributed otherwise than among all of them, measured by the Pearson divergence. `ranked`: best
// first. The most important first; empty for fewer than 8 points, which say nothing.
std::vector<KnobImportance> knob_importances(const SearchSpace& space,
                                             const std::vector<Point>& ranked);

}  // namespace mnemo
