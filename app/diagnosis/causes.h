// Causes that the settings of a training, or its data, are to blame for: found before the symptoms
// that follow from it.
#pragma once

#include <vector>

#include "app/diagnosis/verdict.h"

namespace mnemo {

// `symptoms`: what was found inside of the layers. The first is the likeliest.
std::vector<Finding> find_causes(const TrainingRecord& training,
                                 const std::vector<Finding>& symptoms);

// The median of those that are finite; 0 without any.
double finite_median(std::vector<double> numbers);

}  // namespace mnemo
