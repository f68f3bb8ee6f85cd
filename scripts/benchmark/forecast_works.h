// Works of forecasters.
#pragma once

#include <nlohmann/json.hpp>

#include "scripts/benchmark/benchmark_works.h"

namespace mnemo::benchmark {

// A training step over windows of a random table.
Step train_windows(const nlohmann::json& request);

}  // namespace mnemo::benchmark
