// The work that mnemo_benchmark can be told to do. Times nothing itself.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>

namespace mnemo::benchmark {

// Does the work once and returns how many tokens it read (0 where there are none).
using Step = std::function<int64_t()>;

// Tells what mnemo takes by itself here: its "kernels" (avx512, avx2 or none), the "precision"
// of `--precision auto` (bf16 or fp32), and what "libtorch" says that it takes.
nlohmann::json describe_compute();

// The step of the work that `request` names, with its parameters; see scripts/benchmark/README.md.
// Sets LibTorch's number of threads. Throws Error for a work that it does not know.
Step make_step(const nlohmann::json& request);

}  // namespace mnemo::benchmark
