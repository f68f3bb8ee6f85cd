#include "app/training/batch_order.h"

#include "mnemo/error.h"

namespace mnemo {

BatchPlan plan_epoch(BatchOrder order, std::span<const int32_t> lengths, int64_t batch_size,
                     uint64_t seed, int64_t epoch) {
  switch (order) {
    case BatchOrder::shuffled:
      return shuffled_batches(lengths, batch_size, seed, epoch);
    case BatchOrder::sorted:
      return sorted_batches(lengths, batch_size);
  }
  throw Error("unhandled order of batches");
}

}  // namespace mnemo
