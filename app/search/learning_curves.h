// Estimates what paused trainings promise: losses fall while a model trains, so those that paused
// at different places compare only by what each would come to in the end.
#pragma once

#include <vector>

namespace mnemo {

// The values that a training has come to on each rung that it has reached, from the first on; above
// 0, lower is better. NaN where that is not known, but not on the last of them.
using RungValues = std::vector<double>;

// The logarithm of what each training, with one rung at least, would come to on the highest rung
// that any has reached; of those that have reached it, what they came to. A line leads on from each
// rung below, fitted to the logarithms of the trainings that went further. Its slope is at most 1,
// and about one half while there is little to learn it from: part of an early lead is lost until
// the end.
std::vector<double> expected_log_finals(const std::vector<RungValues>& trainings);

}  // namespace mnemo
