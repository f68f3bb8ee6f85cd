// How long a model takes to answer.
#pragma once

#include "app/training/objective.h"

namespace mnemo {

// Milliseconds to answer one sample by itself, on one thread, in fp32: the median over some of the
// samples held out, spread over their lengths. Leaves the number of threads as it was.
double median_latency(Objective& objective, BatchSource& valid);

}  // namespace mnemo
