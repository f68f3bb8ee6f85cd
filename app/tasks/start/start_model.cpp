#include "app/tasks/start/start_model.h"

#include "app/settings/compute.h"
#include "app/support/seeds.h"

namespace mnemo {

void draw_parameters(torch::nn::Module& model, const InitializationOptions& options,
                     uint64_t seed) {
  initialize_parameters(model, options,
                        make_generator(at::kCPU, seed_for(seed, SeedUse::initialization)));
}

void start_model(torch::nn::Module& model, const ModelStart& start, InitialWeights& initial_weights,
                 Reporter& reporter, nlohmann::json& data) {
  draw_parameters(model, start.initialization, start.seed);
  initial_weights.load_into(model, start.new_parts, reporter);
  initial_weights.describe(data);
}

}  // namespace mnemo
