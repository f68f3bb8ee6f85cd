#include "app/training/fine_tuning.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>

namespace mnemo {
namespace {

// The layer of "encoder.weight_ih_l2_reverse", "encoder.layers.2.linear1.weight" and their like,
// from 0; what else stands before a Transformer's layers counts as its lowest; -1: of no layer.
int64_t layer_of(const std::string& name) {
  constexpr std::string_view kEncoder = "encoder.", kLayers = "encoder.layers.";
  if (!name.starts_with(kEncoder)) return -1;
  if (name.starts_with(kLayers)) return std::strtoll(name.c_str() + kLayers.size(), nullptr, 10);
  const size_t place = name.find("_l", name.find("_") + 1);
  return place == std::string::npos ? 0 : std::strtoll(name.c_str() + place + 2, nullptr, 10);
}

}  // namespace

std::vector<ParameterPace> fine_tuning_paces(const torch::nn::Module& model,
                                             const FineTuningOptions& options) {
  const auto names = model.named_parameters().keys();
  int64_t layers = 0;
  for (const auto& name : names) layers = std::max(layers, layer_of(name) + 1);
  std::vector<ParameterPace> paces;
  for (const auto& name : names) {
    int64_t depth = 0;  // below what is new
    if (const int64_t layer = layer_of(name); layer >= 0) depth = layers - layer;
    if (name.starts_with("encoder.norm.")) depth = 1;  // behind a Transformer's last layer
    if (name.starts_with("embedding.")) depth = layers + 1;
    paces.push_back({.rate = std::pow(options.layer_rate, static_cast<double>(depth)),
                     .waiting_steps = options.unfreeze_steps * depth});
  }
  return paces;
}

}  // namespace mnemo
