// A stack of recurrent layers over packed sequences, of the cells in cells/. Parameter names and
// shapes of LSTM, GRU and plain RNN are those of torch.nn.LSTM, GRU and RNN.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/forward_context.h"
#include "models/norm.h"
#include "models/recurrent/cells/cell_table.h"
#include "models/sequence_batch.h"
#include "models/torch_api.h"

namespace mnemo {

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

  bool operator==(const RecurrentOptions&) const = default;
};

// States of every layer and direction, in PyTorch's order (layer 0 forward, layer 0 reverse, ...),
// the sequences in the order of the batch's layout: (layers * directions, B, H) each, in the order
// of the cell's definition, the hidden state first.
using RecurrentState = CellTensors;

// LibTorch's operators give an LSTM's final cell states of unequal lengths at a cost, so all final
// states come only when asked for. The hidden one always does.
enum class FinalStates { hidden, all };

// The parameters of each layer and direction, in PyTorch's order, those of each in the order of the
// cell's definition.
using RecurrentWeights = std::vector<CellTensors>;

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
                          FinalStates final_states = FinalStates::hidden,
                          const RecurrentWeights* drawn = nullptr);

  const RecurrentOptions& options() const { return options_; }

  // The parameter of the cell that one of the module is, "weight_ih" for "weight_ih_l0_reverse";
  // null for those of norms.
  const CellParameter* parameter_of(std::string_view name) const;

 private:
  // One layer, all directions, by kernels of mnemo's own. `initial` is that of all layers.
  CellLayerResult own_layer(const at::Tensor& packed, const SequenceLayout& layout, int64_t layer,
                            const RecurrentWeights& weights, const RecurrentState& initial,
                            at::ScalarType type, const VectorKernels& kernels);
  // The same by LibTorch's operators, or step by step where the cell has none, or leaves what it
  // does in `probe` (null: nobody looks).
  CellLayerResult stock_layer(const at::Tensor& packed, const SequenceLayout& layout, int64_t layer,
                              const RecurrentWeights& weights, const RecurrentState& initial,
                              FinalStates final_states, RecurrentProbe* probe);
  // `parameter`: one of the pass, by which the probe knows it.
  CellPassResult compute(const CellPass& pass, const at::Tensor& parameter,
                         RecurrentProbe* probe) const;
  // (B, H) each, where the layer and direction of that index begins.
  CellTensors direction_states(const RecurrentState& initial, int64_t index, int64_t sequences,
                               const at::TensorOptions& like) const;

  RecurrentOptions options_;
  RecurrentWeights weights_;
  const CellDefinition& cell_;
  std::vector<FeatureNorm> norms_;                     // of what each layer reads
  std::vector<std::unique_ptr<CellKernels>> kernels_;  // of each layer; none if the cell has none
};
TORCH_MODULE(RecurrentEncoder);

}  // namespace mnemo
