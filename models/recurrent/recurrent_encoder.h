// A stack of recurrent layers over packed sequences: LSTM (Hochreiter and Schmidhuber 1997, with
// forget gate), GRU (Cho et al. 2014) or plain RNN (Elman 1990), exactly as PyTorch defines them.
// Parameter names and shapes are those of torch.nn.LSTM, GRU and RNN.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/forward_context.h"
#include "models/norm.h"
#include "models/recurrent/lstm_layer.h"
#include "models/sequence_batch.h"
#include "models/torch_api.h"

namespace mnemo {

// `transformer` stands beside the cells and is none: sequence_encoder.h builds it.
enum class Cell { lstm, gru, rnn, transformer };
enum class Activation { tanh, relu };  // of the plain RNN

// Gates stacked in one weight matrix: 4, 3 or 1; 0 of a Transformer.
int64_t gate_count(Cell cell);

struct RecurrentOptions {
  int64_t input_size = 0;
  int64_t hidden_size = 128;
  int64_t layers = 1;
  bool bidirectional = false;
  double dropout = 0.0;  // between layers
  Cell cell = Cell::lstm;
  Activation activation = Activation::tanh;
  bool variational = false;        // see StepDropout: of the dropout between layers
  double recurrent_dropout = 0.0;  // on the elements of weight_hh (DropConnect, Merity et al. 2018)
  Norm inner_norm = Norm::none;    // of what each layer but the first reads

  // A Transformer that looks both ways has one output a step nevertheless.
  int64_t directions() const { return bidirectional && cell != Cell::transformer ? 2 : 1; }
  int64_t output_size() const { return hidden_size * directions(); }
};

// State of every layer and direction, in PyTorch's order (layer 0 forward, layer 0 reverse, ...),
// the sequences in the order of the batch's layout.
struct RecurrentState {
  at::Tensor hidden;  // (layers * directions, B, H)
  at::Tensor cell;    // likewise; undefined but for an LSTM
};

// LibTorch's operators give an LSTM's final cell states of unequal lengths at a cost, so they come
// only when asked for.
enum class FinalCellState { skip, compute };

// weight_ih, weight_hh, bias_ih, bias_hh of each layer and direction, in PyTorch's order.
using RecurrentWeights = std::vector<std::vector<at::Tensor>>;

struct RecurrentOutput {
  // (N, directions * H), the last layer's hidden state at every step, in the context's type.
  at::Tensor values;
  RecurrentState state;  // after each sequence's own last step
};

class RecurrentEncoderImpl : public torch::nn::Module {
 public:
  explicit RecurrentEncoderImpl(const RecurrentOptions& options);

  // In training with the recurrent dropout drawn; otherwise the parameters themselves.
  RecurrentWeights draw_weights(const ForwardContext& context) const;

  // packed: (N, input_size). `initial` defaults to zeros, `drawn` to draw_weights(): calls that
  // read on where another ended take the same.
  RecurrentOutput forward(const at::Tensor& packed, const SequenceLayout& layout,
                          const ForwardContext& context = {},
                          const std::optional<RecurrentState>& initial = std::nullopt,
                          FinalCellState final_cell = FinalCellState::skip,
                          const RecurrentWeights* drawn = nullptr);

  const RecurrentOptions& options() const { return options_; }

 private:
  struct Pass;
  // One layer, all directions. `initial` is that of all layers.
  LstmLayerOutput own_layer(const at::Tensor& packed, const SequenceLayout& layout, int64_t layer,
                            const RecurrentWeights& weights, const RecurrentState& initial,
                            at::ScalarType type, const VectorKernels& kernels);
  LstmLayerOutput stock_layer(const at::Tensor& packed, const SequenceLayout& layout, int64_t layer,
                              const RecurrentWeights& weights, const RecurrentState& initial,
                              FinalCellState final_cell);
  // Step by step, and left in `probe`.
  LstmLayerOutput probed_layer(const at::Tensor& packed, const SequenceLayout& layout,
                               int64_t layer, const RecurrentWeights& weights,
                               const RecurrentState& initial, RecurrentProbe& probe);
  Pass run(const at::Tensor& packed, const SequenceLayout& layout, int64_t layer, bool reverse,
           const RecurrentWeights& weights, const RecurrentState& initial,
           FinalCellState final_cell);

  RecurrentOptions options_;
  RecurrentWeights weights_;
  std::vector<FeatureNorm> norms_;                        // of what each layer reads
  std::vector<std::unique_ptr<PackedLstmCache>> packed_;  // of each layer
};
TORCH_MODULE(RecurrentEncoder);

}  // namespace mnemo
