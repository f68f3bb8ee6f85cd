// A file of weights that mnemo did not necessarily write.
#pragma once

#include <filesystem>
#include <string>

#include "models/safetensors.h"

namespace mnemo {

struct WeightsFile {
  NamedTensors tensors;
  std::string sha256;
};

// Throws Error when it is not a safetensors file, or holds numbers that are not finite.
WeightsFile read_weights_file(const std::filesystem::path& path);

// True of a tensor that belongs to the scaling of columns, which modules made elsewhere need not
// have.
bool is_scaling(const std::string& name);

// Gives `tensors` the model's own scaling where they have none.
void add_missing_scaling(const torch::nn::Module& model, NamedTensors& tensors);

}  // namespace mnemo
