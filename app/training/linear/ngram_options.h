// How the n-grams beside a text classifier's recurrent layers are chosen and trained.
#pragma once

#include <cstdint>
#include <vector>

namespace mnemo {

struct NgramOptions {
  int64_t longest = 0;    // n-gram of pieces; 0: no such part
  int64_t min_texts = 2;  // that hold an n-gram, or it is not looked at
  // Of the loss beside the squared weights, ascending; the one with the least loss on texts held
  // out is kept, and none is tried beyond the first that is worse than the one before.
  std::vector<double> strengths = {0.03, 0.1, 0.3, 1.0};
  // Held-out texts that are enough to fit the mix to; of fewer a half of each is taken.
  int64_t least_to_mix = 50;
};

}  // namespace mnemo
