#include "models/recurrent/recurrent_encoder.h"

#include <fmt/format.h>

#include "models/dropout.h"
#include "models/recurrent/unrolled.h"

namespace mnemo {
namespace {

// One layer in one direction by LibTorch's stock operators, which take `input` either padded
// (T, B, F) with `batch_sizes` undefined, or packed (N, F).
struct StockCall {
  const RecurrentOptions& options;
  const std::vector<at::Tensor>& weights;

  struct Result {
    at::Tensor output;
    at::Tensor cell;  // (1, B, H), lstm only
  };

  Result padded(const at::Tensor& input, const at::Tensor& hidden, const at::Tensor& cell) const {
    constexpr bool biases = true, bidirectional = false, batch_first = false;
    const bool train = at::GradMode::is_enabled();  // inference keeps nothing for backward
    constexpr int64_t layers = 1;
    constexpr double no_dropout = 0.0;
    switch (options.cell) {
      case Cell::lstm: {
        auto [output, last_hidden, last_cell] =
            at::lstm(input, {hidden, cell}, weights, biases, layers, no_dropout, train,
                     bidirectional, batch_first);
        return {output, last_cell};
      }
      case Cell::gru:
        return {std::get<0>(at::gru(input, hidden, weights, biases, layers, no_dropout, train,
                                    bidirectional, batch_first)),
                {}};
      case Cell::rnn:
        if (options.activation == Activation::relu) {
          return {std::get<0>(at::rnn_relu(input, hidden, weights, biases, layers, no_dropout,
                                           train, bidirectional, batch_first)),
                  {}};
        }
        return {std::get<0>(at::rnn_tanh(input, hidden, weights, biases, layers, no_dropout, train,
                                         bidirectional, batch_first)),
                {}};
      case Cell::transformer:
        break;
    }
    TORCH_INTERNAL_ASSERT(false, "unhandled cell");
  }

  // Slow on the CPU, but the only stock way to each sequence's own final cell state.
  Result packed_lstm(const at::Tensor& input, const at::Tensor& batch_sizes,
                     const at::Tensor& hidden, const at::Tensor& cell) const {
    auto [output, last_hidden, last_cell] = at::lstm(
        input, batch_sizes, {hidden, cell}, weights, /*has_biases=*/true,
        /*num_layers=*/1, /*dropout=*/0.0, at::GradMode::is_enabled(), /*bidirectional=*/false);
    return {output, last_cell};
  }
};

std::vector<at::Tensor> cast_all(const std::vector<at::Tensor>& tensors, at::ScalarType type) {
  std::vector<at::Tensor> cast;
  cast.reserve(tensors.size());
  for (const auto& tensor : tensors) cast.push_back(tensor.to(type));
  return cast;
}

at::Tensor state_or_zeros(const at::Tensor& state, int64_t index, int64_t sequences, int64_t size,
                          const at::TensorOptions& like) {
  if (!state.defined()) return at::zeros({1, sequences, size}, like);
  return state.narrow(0, index, 1).to(like.dtype().toScalarType());  // (1, B, H)
}

}  // namespace

struct RecurrentEncoderImpl::Pass {
  at::Tensor values;  // (N, H)
  at::Tensor hidden;  // (B, H)
  at::Tensor cell;    // (B, H), undefined unless computed
};

int64_t gate_count(Cell cell) {
  switch (cell) {
    case Cell::lstm:
      return 4;
    case Cell::gru:
      return 3;
    case Cell::rnn:
      return 1;
    case Cell::transformer:
      return 0;
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled cell");
}

RecurrentEncoderImpl::RecurrentEncoderImpl(const RecurrentOptions& options) : options_(options) {
  TORCH_INTERNAL_ASSERT(options.cell != Cell::transformer, "a Transformer is not recurrent");
  const int64_t rows = gate_count(options.cell) * options.hidden_size;
  for (int64_t layer = 0; layer < options.layers; ++layer) {
    const int64_t input = layer == 0 ? options.input_size : options.output_size();
    for (int64_t direction = 0; direction < options.directions(); ++direction) {
      const auto name = [&](const char* kind) {
        return fmt::format("{}_l{}{}", kind, layer, direction == 0 ? "" : "_reverse");
      };
      weights_.push_back(
          {register_parameter(name("weight_ih"), torch::zeros({rows, input})),
           register_parameter(name("weight_hh"), torch::zeros({rows, options.hidden_size})),
           register_parameter(name("bias_ih"), torch::zeros({rows})),
           register_parameter(name("bias_hh"), torch::zeros({rows}))});
    }
    packed_.push_back(std::make_unique<PackedLstmCache>());
    norms_.push_back(layer == 0 ? FeatureNorm()
                                : FeatureNorm(*this, {.kind = options.inner_norm}, input,
                                              fmt::format("_l{}", layer)));
  }
}

RecurrentWeights RecurrentEncoderImpl::draw_weights(const ForwardContext& context) const {
  if (!is_training() || options_.recurrent_dropout == 0.0) return weights_;
  auto drawn = weights_;
  for (auto& weights : drawn) {
    weights[1] = dropout(weights[1], options_.recurrent_dropout, /*training=*/true, context);
  }
  return drawn;
}

RecurrentEncoderImpl::Pass RecurrentEncoderImpl::run(
    const at::Tensor& packed, const SequenceLayout& layout, int64_t layer, bool reverse,
    const RecurrentWeights& all_weights, const RecurrentState& initial, FinalCellState final_cell) {
  const int64_t index = layer * options_.directions() + (reverse ? 1 : 0);
  const int64_t sequences = layout.sequences();
  const auto hidden =
      state_or_zeros(initial.hidden, index, sequences, options_.hidden_size, packed.options());
  const auto cell =
      state_or_zeros(initial.cell, index, sequences, options_.hidden_size, packed.options());
  const auto weights = cast_all(all_weights[static_cast<size_t>(index)], packed.scalar_type());
  const StockCall call{options_, weights};

  // Reversing each sequence within its own length keeps right padding out of every result.
  const at::Tensor input = reverse ? reverse_steps(packed, layout) : packed;
  Pass pass;
  const bool needs_packed_call = options_.cell == Cell::lstm &&
                                 final_cell == FinalCellState::compute && !layout.equal_lengths();
  StockCall::Result result;
  if (needs_packed_call) {
    result = call.packed_lstm(input, layout.batch_sizes, hidden, cell);
    pass.values = result.output;
  } else {
    result = call.padded(pad_steps(input, layout), hidden, cell);
    pass.values = pack_steps(result.output, layout);
  }
  pass.hidden = pass.values.index_select(0, layout.last_rows().to(packed.device()));  // (B, H)
  if (final_cell == FinalCellState::compute && result.cell.defined()) {
    pass.cell = result.cell.squeeze(0);
  }
  if (reverse) pass.values = reverse_steps(pass.values, layout);
  return pass;
}

LstmLayerOutput RecurrentEncoderImpl::own_layer(const at::Tensor& packed,
                                                const SequenceLayout& layout, int64_t layer,
                                                const RecurrentWeights& all_weights,
                                                const RecurrentState& initial, at::ScalarType type,
                                                const VectorKernels& kernels) {
  const int64_t count = options_.directions();
  std::vector<LstmWeights> directions;
  for (int64_t index = layer * count; index < (layer + 1) * count; ++index) {
    const auto& weights = all_weights[static_cast<size_t>(index)];
    directions.push_back({weights[0], weights[1], weights[2], weights[3]});
  }
  const auto part = [&](const at::Tensor& state) {
    return state.defined() ? state.narrow(0, layer * count, count) : state;  // (directions, B, H)
  };
  return lstm_layer(packed, layout, directions, part(initial.hidden), part(initial.cell), type,
                    kernels, *packed_[static_cast<size_t>(layer)]);
}

LstmLayerOutput RecurrentEncoderImpl::stock_layer(const at::Tensor& packed,
                                                  const SequenceLayout& layout, int64_t layer,
                                                  const RecurrentWeights& weights,
                                                  const RecurrentState& initial,
                                                  FinalCellState final_cell) {
  std::vector<at::Tensor> values, hidden, cell;
  for (int64_t direction = 0; direction < options_.directions(); ++direction) {
    auto pass = run(packed, layout, layer, direction == 1, weights, initial, final_cell);
    values.push_back(pass.values);
    hidden.push_back(pass.hidden);
    if (pass.cell.defined()) cell.push_back(pass.cell);
  }
  const auto type = at::promote_types(packed.scalar_type(), at::kFloat);  // fp32 at least
  return {.values = values.size() == 1 ? values.front() : at::cat(values, 1),
          .hidden = at::stack(hidden).to(type),
          .cell = cell.empty() ? at::Tensor() : at::stack(cell).to(type)};
}

LstmLayerOutput RecurrentEncoderImpl::probed_layer(const at::Tensor& packed,
                                                   const SequenceLayout& layout, int64_t layer,
                                                   const RecurrentWeights& weights,
                                                   const RecurrentState& initial,
                                                   RecurrentProbe& probe) {
  std::vector<at::Tensor> values, hidden, cell;
  for (int64_t direction = 0; direction < options_.directions(); ++direction) {
    const bool reverse = direction == 1;
    const int64_t index = layer * options_.directions() + direction;
    const auto state = [&](const at::Tensor& of) {
      return state_or_zeros(of, index, layout.sequences(), options_.hidden_size, packed.options())
          .squeeze(0);  // (B, H)
    };
    auto pass = unrolled_pass(options_, weights[static_cast<size_t>(index)],
                              reverse ? reverse_steps(packed, layout) : packed, layout,
                              state(initial.hidden), state(initial.cell), probe);
    values.push_back(reverse ? reverse_steps(pass.values, layout) : pass.values);
    hidden.push_back(pass.hidden);
    if (pass.cell.defined()) cell.push_back(pass.cell);
  }
  return {.values = at::cat(values, 1),
          .hidden = at::stack(hidden),
          .cell = cell.empty() ? at::Tensor() : at::stack(cell)};
}

RecurrentOutput RecurrentEncoderImpl::forward(const at::Tensor& packed,
                                              const SequenceLayout& layout,
                                              const ForwardContext& context,
                                              const std::optional<RecurrentState>& initial,
                                              FinalCellState final_cell,
                                              const RecurrentWeights* drawn) {
  const auto type = packed.scalar_type();
  const bool may_be_own = context.probe == nullptr && options_.cell == Cell::lstm &&
                          packed.device().is_cpu() &&
                          (type == at::kFloat || type == context.compute_type);
  const auto* kernels =
      may_be_own ? lstm_kernels(context.kernel_path, context.compute_type) : nullptr;
  const RecurrentState state = initial.value_or(RecurrentState{});
  const RecurrentWeights weights = drawn != nullptr ? *drawn : draw_weights(context);
  at::Tensor values = kernels != nullptr ? packed : packed.to(context.compute_type);
  std::vector<at::Tensor> hidden, cell;
  for (int64_t layer = 0; layer < options_.layers; ++layer) {
    if (layer > 0) {
      values = norms_[static_cast<size_t>(layer)](values, is_training()).to(values.scalar_type());
      values = step_dropout(values, layout, {options_.dropout, options_.variational}, is_training(),
                            context);
    }
    LstmLayerOutput output;
    if (context.probe != nullptr) {
      output = probed_layer(values, layout, layer, weights, state, *context.probe);
    } else if (kernels != nullptr) {
      output = own_layer(values, layout, layer, weights, state, context.compute_type, *kernels);
    } else {
      output = stock_layer(values, layout, layer, weights, state, final_cell);
    }
    values = output.values;  // (N, directions * H)
    hidden.push_back(output.hidden);
    if (output.cell.defined()) cell.push_back(output.cell);
  }
  RecurrentOutput output;
  output.values = values;
  output.state.hidden = at::cat(hidden);  // (layers * directions, B, H)
  if (!cell.empty()) output.state.cell = at::cat(cell);
  return output;
}

}  // namespace mnemo
