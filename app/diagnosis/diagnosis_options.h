// What a training shows of itself.
#pragma once

#include <cstdint>

namespace mnemo {

struct DiagnosisOptions {
  bool enabled = false;
  int64_t every = 100;       // steps
  bool tensorboard = false;  // write event files, too
};

}  // namespace mnemo
