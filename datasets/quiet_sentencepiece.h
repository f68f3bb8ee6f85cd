// Keeps SentencePiece from writing to stderr. Only for the files that use SentencePiece.
#pragma once

#include <sentencepiece_processor.h>

namespace mnemo {

// To be called before SentencePiece is used. Its failures still come back as statuses.
inline void quiet_sentencepiece() {
  constexpr int kAboveItsHighestLevel = 4;
  sentencepiece::SetMinLogLevel(kAboveItsHighestLevel);
}

}  // namespace mnemo
