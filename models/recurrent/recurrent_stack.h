// Recurrent layers of different sizes on top of one another.
#pragma once

#include <cstdint>
#include <vector>

#include "models/dropout.h"
#include "models/recurrent/recurrent_encoder.h"

namespace mnemo {

struct RecurrentStackOptions {
  int64_t input_size = 0;
  std::vector<int64_t> hidden_sizes = {128};  // of each layer, the lowest first
  bool bidirectional = false;
  double dropout = 0.0;  // between layers
  Cell cell = Cell::lstm;
  Activation activation = Activation::tanh;
  bool variational = false;        // of the dropout between layers, see StepDropout
  double recurrent_dropout = 0.0;  // see RecurrentOptions
  Norm inner_norm = Norm::none;    // likewise

  // The layer's own options.
  RecurrentOptions layer(size_t index) const;
  int64_t output_size() const { return layer(hidden_sizes.size() - 1).output_size(); }

  bool operator==(const RecurrentStackOptions&) const = default;
};

struct RecurrentStackOutput {
  at::Tensor
      values;  // (N, D) the highest layer's hidden state at every step, in the context's type
  at::Tensor final_hidden;  // (B, D) after each sequence's last step, directions joined, fp32
};

// Parameters are named "0.weight_ih_l0", "1.weight_ih_l0" and so on: each layer is one
// torch.nn.LSTM, GRU or RNN of its own. Norms are "layer_norm_1" and so on, by who reads them.
class RecurrentStackImpl : public torch::nn::Module {
 public:
  explicit RecurrentStackImpl(const RecurrentStackOptions& options);

  // packed (N, input_size)
  RecurrentStackOutput forward(const at::Tensor& packed, const SequenceLayout& layout,
                               const ForwardContext& context = {});

  const RecurrentStackOptions& options() const { return options_; }

 private:
  RecurrentStackOptions options_;
  std::vector<RecurrentEncoder> layers_;
  std::vector<FeatureNorm> norms_;  // of what each layer reads
};
TORCH_MODULE(RecurrentStack);

// Dropout on hidden states. The final ones stand among them, too, and meet the same masks.
RecurrentStackOutput drop_hidden(const RecurrentStackOutput& output, const SequenceLayout& layout,
                                 int64_t directions, const StepDropout& drop, bool training,
                                 const ForwardContext& context);

// (layers * directions, B, H) -> (B, directions * H): the last layer's.
at::Tensor last_layer_hidden(const at::Tensor& hidden, int64_t directions);

}  // namespace mnemo
