#include "app/runs/weights_file.h"

#include <fmt/format.h>

#include "common/files.h"
#include "common/sha256.h"
#include "mnemo/error.h"

namespace mnemo {

WeightsFile read_weights_file(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  WeightsFile file{.tensors = from_safetensors(bytes, path.string()), .sha256 = sha256_hex(bytes)};
  for (const auto& [name, tensor] : file.tensors) {
    // A training would blame its learning rate for them.
    if (tensor.is_floating_point() && !tensor.isfinite().all().item<bool>()) {
      throw Error(fmt::format("{}: {} holds numbers that are not finite", path.string(), name));
    }
  }
  return file;
}

bool is_scaling(const std::string& name) {
  return name.starts_with("feature_scaling.") || name.starts_with("target_scaling.");
}

void add_missing_scaling(const torch::nn::Module& model, NamedTensors& tensors) {
  for (const auto& [name, own] : named_tensors(model)) {
    if (is_scaling(name)) tensors.try_emplace(name, own);
  }
}

}  // namespace mnemo
