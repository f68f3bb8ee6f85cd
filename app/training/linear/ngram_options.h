// How the n-grams beside a text classifier's recurrent layers are chosen and trained.
#pragma once

#include <array>
#include <cstdint>

namespace mnemo {

// An n-gram that fewer texts hold is not looked at.
inline constexpr int64_t kLeastTextsOfNgram = 2;

// The strengths of the loss beside the squared weights that are tried, ascending; the one with the
// least loss on texts held out is kept, and none is tried beyond the first that is worse than the
// one before.
inline constexpr std::array kNgramStrengths = {0.03, 0.1, 0.3, 1.0};

struct NgramOptions {
  int64_t longest = 0;  // n-gram of pieces; 0: no such part
};

}  // namespace mnemo
