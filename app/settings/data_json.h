// Labels and scalings as JSON, by the JSON library's own conversions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "datasets/labels.h"
#include "datasets/scaler.h"

namespace mnemo {

inline void to_json(nlohmann::json& json, const Scaling& scaling) {
  json = {{"offset", scaling.offset}, {"scale", scaling.scale}};
}
inline void from_json(const nlohmann::json& json, Scaling& scaling) {
  json.at("offset").get_to(scaling.offset);
  json.at("scale").get_to(scaling.scale);
}

// Throws Error for a name that is there twice.
inline void to_json(nlohmann::json& json, const LabelSet& labels) { json = labels.names(); }
inline void from_json(const nlohmann::json& json, LabelSet& labels) {
  labels = LabelSet(json.get<std::vector<std::string>>());
}

}  // namespace mnemo
