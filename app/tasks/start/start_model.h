// A model as its training starts with it, of any task.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "app/tasks/start/initial_weights.h"
#include "app/tasks/start/run_differences.h"
#include "mnemo/reporter.h"
#include "models/initialization.h"

namespace mnemo {

// Fills the parameters by the generator that a run's `seed` gives for that.
void draw_parameters(torch::nn::Module& model, const InitializationOptions& options, uint64_t seed);

struct ModelStart {
  InitializationOptions initialization = {};
  uint64_t seed = 1;        // of the run
  NewParts new_parts = {};  // which the initial weights cannot give
};

// Draws the parameters of a model that is scaled, copies the initial weights over them, if there
// are any, and adds to meta.json's `data` where they came from.
void start_model(torch::nn::Module& model, const ModelStart& start, InitialWeights& initial_weights,
                 Reporter& reporter, nlohmann::json& data);

}  // namespace mnemo
