#include "app/training/initial_weights.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "common/files.h"
#include "common/sha256.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

bool is_scaling(const std::string& name) {
  return name.starts_with("feature_scaling.") || name.starts_with("target_scaling.");
}

// A training would blame its learning rate for them.
void require_finite(const NamedTensors& tensors, const std::string& file) {
  for (const auto& [name, tensor] : tensors) {
    if (tensor.is_floating_point() && !tensor.isfinite().all().item<bool>()) {
      throw Error(fmt::format("{}: {} holds numbers that are not finite", file, name));
    }
  }
}

// `tensors` with the model's own scaling. One of another shape stays, to be told of.
NamedTensors with_own_scaling(NamedTensors tensors, const torch::nn::Module& model) {
  for (const auto& [name, own] : named_tensors(model)) {
    if (!is_scaling(name)) continue;
    const auto [found, is_new] = tensors.try_emplace(name, own);
    if (!is_new && found->second.sizes() == own.sizes()) found->second = own;
  }
  return tensors;
}

}  // namespace

InitialWeights::InitialWeights(const InitialWeightsOptions& options) : file_(options.file) {
  if (file_.empty()) return;
  const std::string bytes = read_file(file_);
  sha256_ = sha256_hex(bytes);
  tensors_ = from_safetensors(bytes, file_);
  require_finite(tensors_, file_);
}

void InitialWeights::load_into(torch::nn::Module& model, Console& console) const {
  if (file_.empty()) return;
  load_tensors(model, with_own_scaling(tensors_, model), file_);
  console.note(fmt::format("training starts from the weights of {}", file_));
}

void InitialWeights::describe(nlohmann::json& data) const {
  if (file_.empty()) return;
  data["init_weights_file"] = file_;
  data["init_weights_file_sha256"] = sha256_;
}

}  // namespace mnemo
