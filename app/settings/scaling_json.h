// Scalings of columns as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "datasets/scaler.h"

namespace mnemo {

inline nlohmann::json scaling_to_json(const std::vector<Scaling>& columns) {
  auto list = nlohmann::json::array();
  for (const auto& [offset, scale] : columns) {
    list.push_back({{"offset", offset}, {"scale", scale}});
  }
  return list;
}

inline std::vector<Scaling> scaling_from_json(const nlohmann::json& list) {
  std::vector<Scaling> scaling;
  for (const auto& item : list) {
    scaling.push_back({item.at("offset").get<double>(), item.at("scale").get<double>()});
  }
  return scaling;
}

}  // namespace mnemo
