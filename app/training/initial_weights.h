// Weights to begin a training with that are not drawn at random: those of a file, made in Python or
// by mnemo.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "app/console.h"
#include "models/safetensors.h"

namespace mnemo {

struct InitialWeightsOptions {
  std::string file;  // safetensors, complete; empty: none
};

class InitialWeights {
 public:
  // Reads what the options name. Throws Error when it is not a safetensors file, or holds numbers
  // that are not finite.
  explicit InitialWeights(const InitialWeightsOptions& options);

  // Copies the weights, if there are any, into a model that is initialised and scaled. Its scaling
  // stays, since it is that of the data at hand; the file may leave it out. Throws Error naming
  // every missing, unexpected or wrongly shaped tensor.
  void load_into(torch::nn::Module& model, Console& console) const;

  // Adds to meta.json's `data` where the weights came from.
  void describe(nlohmann::json& data) const;

 private:
  std::string file_, sha256_;
  NamedTensors tensors_;
};

}  // namespace mnemo
