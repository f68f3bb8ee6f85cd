// The segment model (Lin et al. 2023): a step of the cell reads a whole segment of rows, and the
// horizon's segments are decoded side by side.
#include "models/dropout.h"
#include "models/forecaster.h"

namespace mnemo {

void ForecasterImpl::make_segments(const ForecasterOptions& options) {
  const int64_t columns = 1 + static_cast<int64_t>(options.other_columns().size());
  const int64_t half = options.hidden_size / 2;
  projection_ = register_module("projection",
                                torch::nn::Linear(options.segment * columns, options.hidden_size));
  if (!options.known.empty()) {
    known_projection_ = register_module(
        "known_projection",
        torch::nn::Linear(options.segment * options.known.width(), options.hidden_size));
  }
  if (options.cell == Cell::transformer) {
    transformer_ = register_module("encoder", TransformerEncoder(options.transformer_encoder()));
  } else {
    encoder_ = register_module(
        "encoder", RecurrentEncoder(RecurrentOptions{.input_size = options.hidden_size,
                                                     .hidden_size = options.hidden_size,
                                                     .layers = options.layers,
                                                     .dropout = options.layer_dropout,
                                                     .cell = options.cell,
                                                     .variational = options.variational,
                                                     .recurrent_dropout = options.recurrent_dropout,
                                                     .inner_norm = options.inner_norm}));
  }
  position_embedding_ =
      register_parameter("position_embedding", torch::zeros({options.output_segments(), half}));
  target_embedding_ = register_parameter(
      "target_embedding", torch::zeros({options.targets(), options.hidden_size - half}));
  dense_ = register_module(
      "dense", torch::nn::Linear(options.hidden_size, options.segment * options.outputs()));
  if (options.reconstruction) {
    reconstruction_ =
        register_module("reconstruction", torch::nn::Linear(options.hidden_size, options.lookback));
  }
}

// (B, L, F) normalised -> (n B K, segment columns): packed, all first segments first.
at::Tensor ForecasterImpl::segment_inputs(const at::Tensor& history) const {
  const int64_t n = options_.input_segments(), segment = options_.segment;
  const int64_t targets = options_.targets(), missing = n * segment - options_.lookback;
  auto rows = history;
  if (missing > 0) {  // the window's first row again
    rows = at::cat({history.narrow(1, 0, 1).expand({-1, missing, -1}), history}, 1);
  }
  const auto cut = [&](const std::vector<int64_t>& columns) {
    const auto index = at::tensor(columns, at::kLong).to(history.device());
    return rows.index_select(2, index)
        .view({-1, n, segment, static_cast<int64_t>(columns.size())})
        .permute({1, 0, 3, 2});  // (n, B, columns, segment)
  };
  auto result = cut(options_.target_columns);  // (n, B, K, segment)
  const auto others = options_.other_columns();
  if (!others.empty()) {
    const auto beside = cut(others).flatten(2).unsqueeze(2).expand({-1, -1, targets, -1});
    result = at::cat({result, beside}, 3);
  }
  return result.reshape({-1, result.size(3)});
}

// (B K m, H): for each of the m output segments, where it stands, whose it is, and what is known of
// it.
at::Tensor ForecasterImpl::decoder_inputs(int64_t batch, const at::Tensor& ahead) {
  const int64_t m = options_.output_segments(), targets = options_.targets();
  const auto position = position_embedding_.unsqueeze(0).expand({targets, m, -1});
  const auto target = target_embedding_.unsqueeze(1).expand({targets, m, -1});
  auto inputs = at::cat({position, target}, 2).unsqueeze(0).expand({batch, targets, m, -1});
  if (!known_projection_.is_empty()) {
    const auto known = known_projection_(ahead.reshape({batch, m, -1}));  // (B, m, H)
    inputs = inputs + known.unsqueeze(1);
  }
  return inputs.reshape({-1, options_.hidden_size});
}

at::Tensor ForecasterImpl::decode_by_state(const at::Tensor& inputs, const at::Tensor& queries,
                                           int64_t batch, const ForwardContext& context,
                                           at::Tensor& final_state) {
  const int64_t m = options_.output_segments(), sequences = batch * options_.targets();
  const std::vector<int64_t> lengths(static_cast<size_t>(sequences), options_.input_segments());
  const auto weights = encoder_->draw_weights(context);
  auto states = encoder_
                    ->forward(inputs, SequenceLayout::of(lengths), context, std::nullopt,
                              FinalStates::all, &weights)
                    .state;
  final_state = states.front()[-1];
  for (auto& state : states) {  // (layers, B K, H) -> (layers, B K m, H)
    state = state.unsqueeze(2).expand({-1, -1, m, -1}).reshape({state.size(0), -1, state.size(2)});
  }
  const std::vector<int64_t> ones(static_cast<size_t>(sequences * m), 1);
  return encoder_
      ->forward(queries, SequenceLayout::of(ones), context, states, FinalStates::hidden, &weights)
      .state.front()[-1];  // (B K m, H)
}

at::Tensor ForecasterImpl::decode_by_queries(const at::Tensor& inputs, const at::Tensor& ahead,
                                             int64_t batch, const ForwardContext& context) {
  const int64_t m = options_.output_segments(), sequences = batch * options_.targets();
  const int64_t size = options_.hidden_size;
  const auto queries = ahead.view({sequences, m, size}).transpose(0, 1);
  const auto tokens = at::cat({inputs, queries.reshape({-1, size})});  // ((n + m) B K, H)
  const std::vector<int64_t> lengths(static_cast<size_t>(sequences), options_.input_segments() + m);
  const auto values = transformer_->forward(tokens, SequenceLayout::of(lengths), context);
  return values.slice(0, inputs.size(0))
      .view({m, sequences, size})
      .transpose(0, 1)
      .reshape({-1, size})
      .to(inputs.scalar_type());  // (B K m, H)
}

ForecastOutput ForecasterImpl::by_segments(const at::Tensor& window, const at::Tensor& ahead,
                                           const ForwardContext& context) {
  const int64_t batch = window.size(0), targets = options_.targets();
  const int64_t m = options_.output_segments(), steps = m * options_.segment;
  const auto level = level_of(window, options_.normalization, options_.fixed_columns);
  const auto rows = level.remove(window);  // (B, L, F)

  const auto seen = drop_inputs(with_words(rows), context);         // (B, L, inputs)
  const auto inputs = at::relu(projection_(segment_inputs(seen)));  // (n B K, H)
  at::Tensor known;                                                 // (B, steps, E)
  if (ahead.defined()) known = at::constant_pad_nd(ahead, {0, 0, 0, steps - options_.horizon});
  const auto queries = decoder_inputs(batch, known);  // (B K m, H)
  at::Tensor final_state;                             // (B K, H)
  auto decoded = transformer_.is_empty()
                     ? decode_by_state(inputs, queries, batch, context, final_state)
                     : decode_by_queries(inputs, queries, batch, context);
  decoded = dropout(decoded, options_.dropout, is_training(), context);
  auto every = dense_(decoded).view({batch, targets, steps, options_.outputs()});
  if (!step_head_.is_empty()) {
    every = every + step_head_(decoded.view({batch, targets, m, -1}), known);
  }
  const auto raw =
      every.narrow(2, 0, options_.horizon).transpose(1, 2);  // (B, horizon, K, outputs)
  ForecastOutput output{.forecast = complete(raw, rows, level), .reconstruction_error = {}};
  if (!reconstruction_.is_empty()) {
    output.reconstruction_error =
        reconstruction_error(final_state, own_past(rows).flatten(0, 1), batch);
  }
  return output;
}

}  // namespace mnemo
