// A figure with its name.
#pragma once

#include <string>

namespace mnemo {

struct Metric {
  std::string name = {};
  double value = 0.0;
};

}  // namespace mnemo
