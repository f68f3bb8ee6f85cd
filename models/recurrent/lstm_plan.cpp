#include "models/recurrent/lstm_plan.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace mnemo {
namespace {

// Products of fewer rows waste the CPU's registers.
constexpr int64_t kLeastRows = 4;
// LibTorch generates and keeps code for each number of rows that it meets.
constexpr int64_t kMostRows = 64;

// Cuts the sequences into `parts` ranges of nearly as many steps each; returns where they end.
std::vector<int64_t> cut_evenly(const std::vector<int64_t>& lengths, int64_t values,
                                int64_t parts) {
  std::vector<int64_t> ends;
  int64_t taken = 0, sequence = 0;
  const auto count = static_cast<int64_t>(lengths.size());
  for (int64_t part = 1; part <= parts; ++part) {
    while (sequence < count && (part == parts || taken * parts < values * part)) {
      taken += lengths[static_cast<size_t>(sequence++)];
    }
    ends.push_back(sequence);
  }
  return ends;
}

}  // namespace

LstmPlan::LstmPlan(const SequenceLayout& layout, int64_t directions, int64_t threads)
    : step_offsets(layout.step_offsets()) {
  const int64_t least = (layout.sequences() + kMostRows - 1) / kMostRows;
  const int64_t most = std::max<int64_t>(least, layout.sequences() / kLeastRows);
  const int64_t parts = std::clamp<int64_t>((threads + directions - 1) / directions, least, most);
  for (int64_t direction = 0; direction < directions; ++direction) {
    int64_t first = 0;
    for (const int64_t end : cut_evenly(layout.lengths, values(), parts)) {
      if (end > first) tasks.push_back({direction, first, end - first});
      first = end;
    }
  }
}

LstmPlan::LstmPlan(const SequenceLayout& layout, int64_t directions)
    : LstmPlan(layout, directions, at::in_parallel_region() ? 1 : at::get_num_threads()) {}

int64_t LstmPlan::rows(const LstmTask& task, int64_t t) const {
  if (t < 0 || t >= steps()) return 0;
  const auto step = static_cast<size_t>(t);
  const int64_t batch_size = step_offsets[step + 1] - step_offsets[step];
  return std::clamp<int64_t>(batch_size - task.first, 0, task.sequences);
}

}  // namespace mnemo
