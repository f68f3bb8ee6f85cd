// One LSTM layer, of one or two directions, by mnemo's own kernels; differentiable once.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "models/forward_context.h"
#include "models/recurrent/lstm_kernel.h"
#include "models/sequence_batch.h"
#include "models/torch_api.h"

namespace mnemo {

// Packed weights of an inference, kept while the parameters stay as they are. Optimizers may change
// parameters without a trace, so a call that is differentiated forgets them.
class PackedLstmCache {
 public:
  void clear();
  std::shared_ptr<const std::vector<PackedLstmWeights>> get(
      const std::vector<LstmWeights>& directions, at::ScalarType type,
      const VectorKernels& kernels);

 private:
  struct Key {
    std::vector<std::pair<const void*, uint32_t>> parameters;  // where, and which version
    at::ScalarType type = at::kFloat;
    const VectorKernels* kernels = nullptr;
    bool operator==(const Key&) const = default;
  };
  std::mutex mutex_;
  Key key_;
  std::shared_ptr<const std::vector<PackedLstmWeights>> packed_;
};

struct LstmLayerOutput {
  at::Tensor values;  // (N, D H), in `type`
  at::Tensor hidden;  // (D, B, H) fp32, after each sequence's last step
  at::Tensor cell;    // likewise
};

// input (N, F) in fp32 or `type`. initial_hidden and initial_cell (D, B, H), or undefined for
// zeros. `cache` serves calls that need no gradient.
LstmLayerOutput lstm_layer(const at::Tensor& input, const SequenceLayout& layout,
                           const std::vector<LstmWeights>& directions,
                           const at::Tensor& initial_hidden, const at::Tensor& initial_cell,
                           at::ScalarType type, const VectorKernels& kernels,
                           PackedLstmCache& cache);

}  // namespace mnemo
