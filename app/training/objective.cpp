#include "app/training/objective.h"

#include <algorithm>

namespace mnemo {

LabelledBatch first_samples(const LabelledBatch& batch, int64_t count) {
  count = std::min(count, batch.targets.size(0));
  const bool is_packed = !batch.inputs.layout.lengths.empty();
  const auto& linear = batch.linear_answers;
  return {.inputs = is_packed ? first_sequences(batch.inputs, count)
                              : SequenceBatch{.values = batch.inputs.values.narrow(0, 0, count),
                                              .layout = {}},
          .targets = batch.targets.narrow(0, 0, count),
          .linear_answers = linear.defined() ? linear.narrow(0, 0, count) : linear};
}

}  // namespace mnemo
