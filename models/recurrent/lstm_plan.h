// The tasks that an LSTM layer's work is dealt to. Shared by forward and backward.
#pragma once

#include <cstdint>
#include <vector>

#include "models/sequence_batch.h"

namespace mnemo {

// One direction of a range of the batch's sequences, all steps.
struct LstmTask {
  int64_t direction = 0;  // 0: forward in time, 1: backward
  int64_t first = 0;      // sequence
  int64_t sequences = 0;
};

struct LstmPlan {
  LstmPlan(const SequenceLayout& layout, int64_t directions, int64_t threads);
  // Plans for the threads at hand: LibTorch's, or the calling one alone where they are at work
  // already.
  LstmPlan(const SequenceLayout& layout, int64_t directions);

  std::vector<int64_t> step_offsets;  // (T + 1) packed row at which each step begins
  std::vector<LstmTask> tasks;

  int64_t steps() const { return static_cast<int64_t>(step_offsets.size()) - 1; }  // T
  int64_t values() const { return step_offsets.back(); }                           // N
  // Sequences of the task that have a step t; 0 for t outside the batch.
  int64_t rows(const LstmTask& task, int64_t t) const;
  // Packed row of the task's first sequence at step t.
  int64_t first_row(const LstmTask& task, int64_t t) const {
    return step_offsets[static_cast<size_t>(t)] + task.first;
  }
};

// The n-th of `count` parts of a weight matrix that the i-th step takes: there and back in turns.
// Recurrent weights that do not quite fit a cache would push out, going round, just what comes
// next.
inline int64_t there_and_back(int64_t i, int64_t n, int64_t count) {
  return i % 2 == 0 ? n : count - 1 - n;
}

}  // namespace mnemo
