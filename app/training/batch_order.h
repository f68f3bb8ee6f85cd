// In which order batches take their samples.
#pragma once

namespace mnemo {

enum class BatchOrder {
  shuffled,  // anew each epoch
  sorted,    // by length, the same each time
};

}  // namespace mnemo
