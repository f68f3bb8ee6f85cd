// Whether and how often a training is looked into.
#pragma once

#include <cstdint>

namespace mnemo {

struct DiagnosisOptions {
  bool enabled = false;
  int64_t every = 100;  // steps
};

}  // namespace mnemo
