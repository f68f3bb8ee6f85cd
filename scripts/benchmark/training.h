// A training, step by step as app/training/fit.cpp goes, without its reports.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/training/objective.h"
#include "scripts/benchmark/benchmark_works.h"

namespace mnemo::benchmark {

inline constexpr uint64_t kSeed = 1;

// The type that the request's "precision" names.
at::ScalarType number_type(const nlohmann::json& request);

// Steps that count the objective's units.
Step make_training(std::unique_ptr<Objective> objective, double clip_norm,
                   std::function<LabelledBatch()> next_batch);

}  // namespace mnemo::benchmark
