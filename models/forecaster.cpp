#include "models/forecaster.h"

#include <tuple>

#include "models/dropout.h"

namespace mnemo {
namespace {

// Quantiles that cannot cross: the centre is free, its neighbours lie a softplus away each.
at::Tensor ascending(const at::Tensor& raw, int64_t centre) {
  const auto gaps = at::softplus(raw);
  const auto middle = raw.narrow(-1, centre, 1);
  const auto above = middle + gaps.slice(-1, centre + 1).cumsum(-1);
  const auto below = middle - gaps.slice(-1, 0, centre).flip({-1}).cumsum(-1).flip({-1});
  return at::cat({below, middle, above}, -1);
}

// One direction; a Transformer's rows all see all.
RecurrentStackOptions stack_options(const ForecasterOptions& options) {
  return {.input_size = options.inputs(),
          .hidden_sizes = options.hidden_sizes,
          .bidirectional = options.cell == Cell::transformer,
          .dropout = options.layer_dropout,
          .cell = options.cell,
          .variational = options.variational,
          .recurrent_dropout = options.recurrent_dropout,
          .inner_norm = options.inner_norm};
}

// The options that are the Transformer's alone: all its sequences are of one length.
TransformerOptions own_options(const ForecasterOptions& options) {
  auto own = options.transformer;
  own.longest = options.model == ForecastModel::stacked
                    ? options.lookback
                    : options.input_segments() + options.output_segments();
  return own;
}

}  // namespace

TransformerOptions ForecasterOptions::transformer_encoder() const {
  switch (model) {
    case ForecastModel::stacked:
      return transformer_of(stack_options(*this), own_options(*this));
    case ForecastModel::segments:
      return transformer_of(RecurrentOptions{.input_size = hidden_size,
                                             .hidden_size = hidden_size,
                                             .layers = layers,
                                             .bidirectional = true,
                                             .dropout = layer_dropout},
                            own_options(*this));
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled model");
}

ForecasterImpl::ForecasterImpl(const ForecasterOptions& options) : options_(options) {
  validate(options);
  feature_scaling_ = register_module("feature_scaling", ColumnScaling(options.features));
  target_scaling_ = register_module("target_scaling", ColumnScaling(options.targets()));
  if (options.autoregression > 0) {
    autoregression_ =
        register_module("autoregression", Autoregression(options.autoregression, options.horizon));
  }
  if (!options.known.empty()) {
    words_ = register_module("words", WordColumns(options.known));
    const bool stacked = options.model == ForecastModel::stacked;
    step_head_ =
        register_module("step_head", stacked ? StepHead(options.hidden_sizes.back(),
                                                        options.horizon * options.targets(),
                                                        options.known.width(), options.outputs())
                                             : StepHead(options.hidden_size, options.segment,
                                                        options.known.width(), options.outputs()));
  }
  if (options.calibrated) {
    calibration_ =
        register_buffer("calibration", torch::zeros({options.horizon, options.quantiles}));
  }
  if (options.model == ForecastModel::stacked) {
    make_stack(options);
  } else {
    make_segments(options);
  }
}

void ForecasterImpl::make_stack(const ForecasterOptions& options) {
  stack_ = SequenceEncoder(stack_options(options), own_options(options));
  register_module("stack", stack_.module());
  dense_ = register_module(
      "dense", torch::nn::Linear(options.hidden_sizes.back(),
                                 options.horizon * options.targets() * options.outputs()));
  if (options.reconstruction) {
    reconstruction_ = register_module(
        "reconstruction",
        torch::nn::Linear(options.hidden_sizes.back(), options.lookback * options.features));
  }
}

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

at::Tensor ForecasterImpl::forward(const at::Tensor& history, const ForwardContext& context) {
  return forward_with_reconstruction(history, context).forecast;
}

ForecastOutput ForecasterImpl::forward_with_reconstruction(const at::Tensor& history,
                                                           const ForwardContext& context) {
  const auto window = past_of(history), ahead = ahead_of(history);
  auto output = options_.model == ForecastModel::segments ? by_segments(window, ahead, context)
                                                          : by_stack(window, ahead, context);
  if (options_.quantiles == 0) output.forecast = output.forecast.squeeze(3);
  if (options_.calibrated) {
    output.forecast =
        std::get<0>((output.forecast + calibration_.unsqueeze(1)).cummax(3));  // (B, horizon, K, Q)
  }
  return output;
}

WindowScale ForecasterImpl::window_scale(const at::Tensor& history) const {
  return scale_of(past_of(history), options_.window_scaling, feature_scaling_->offset(),
                  feature_scaling_->scale(), options_.fixed_columns);
}

at::Tensor ForecasterImpl::forecast(const at::Tensor& history, const ForwardContext& context) {
  const auto in_units = [&] {
    if (options_.window_scaling != WindowScaling::none) {
      const auto scale = window_scale(history);
      const auto scaled = forward(scale.apply(history).to(at::kFloat), context);
      return scale.of_columns(options_.target_columns).undo(scaled);
    }
    const auto scaled = forward(feature_scaling_->scale(history), context);
    if (options_.quantiles == 0) return target_scaling_->unscale(scaled);
    return target_scaling_->unscale(scaled.transpose(2, 3)).transpose(2, 3);
  }();
  return options_.non_negative ? in_units.clamp_min(0.0) : in_units;
}

at::Tensor ForecasterImpl::past_of(const at::Tensor& history) const {
  return options_.known.empty() ? history : history.narrow(1, 0, options_.lookback);
}

at::Tensor ForecasterImpl::ahead_of(const at::Tensor& history) const {
  if (options_.known.empty()) return {};
  return words_->forward(
      history.narrow(1, options_.lookback, options_.horizon).slice(2, -options_.known.columns()));
}

at::Tensor ForecasterImpl::with_words(const at::Tensor& rows) const {
  if (options_.known.empty()) return rows;
  const int64_t columns = options_.known.columns();
  return at::cat({rows.slice(2, 0, -columns), words_->forward(rows.slice(2, -columns))}, 2);
}

// (B, L, F)
at::Tensor ForecasterImpl::drop_inputs(const at::Tensor& history,
                                       const ForwardContext& context) const {
  if (!options_.variational)
    return dropout(history, options_.input_dropout, is_training(), context);
  if (!is_training() || options_.input_dropout == 0.0) return history;
  const auto columns = at::ones({history.size(0), 1, history.size(2)}, history.options());
  return history * dropout(columns, options_.input_dropout, /*training=*/true, context);
}

// (B, L, F) -> (B, K, L)
at::Tensor ForecasterImpl::own_past(const at::Tensor& rows) const {
  const auto own = at::tensor(options_.target_columns, at::kLong).to(rows.device());
  return rows.index_select(2, own).transpose(1, 2);
}

at::Tensor ForecasterImpl::complete(at::Tensor raw, const at::Tensor& rows,
                                    const WindowLevel& level) {
  if (!autoregression_.is_empty()) {
    raw = autoregression_->mixed_into(raw, own_past(rows), options_.centre);
  }
  if (options_.quantiles > 0) raw = ascending(raw, options_.centre);
  return level.of_columns(options_.target_columns).give_back(raw);
}

RegressionRows ForecasterImpl::regression_rows(const at::Tensor& history, const at::Tensor& targets,
                                               int64_t rows) const {
  const auto window = past_of(history);
  const auto level = level_of(window, options_.normalization, options_.fixed_columns);
  const auto ahead = level.of_columns(options_.target_columns).remove(targets);  // (B, horizon, K)
  const auto past = own_past(level.remove(window)).slice(2, options_.lookback - rows);
  return {.inputs = past.flatten(0, 1), .outputs = ahead.transpose(1, 2).flatten(0, 1)};
}

at::Tensor ForecasterImpl::linear_forecast(const at::Tensor& history,
                                           const Autoregression& part) const {
  const auto window = past_of(history);
  const auto level = level_of(window, options_.normalization, options_.fixed_columns);
  const auto raw = part->forward(own_past(level.remove(window))).transpose(1, 2);
  return level.of_columns(options_.target_columns).give_back(raw.unsqueeze(3)).squeeze(3);
}

void ForecasterImpl::calibrate(const at::Tensor& offsets) {
  options_.calibrated = true;
  calibration_ = register_buffer("calibration", offsets);
}

void ForecasterImpl::add_autoregression(const Autoregression& part) {
  options_.autoregression = part->rows();
  autoregression_ = register_module("autoregression", part);
}

ForecastOutput ForecasterImpl::by_stack(const at::Tensor& window, const at::Tensor& ahead,
                                        const ForwardContext& context) {
  const int64_t batch = window.size(0);
  const auto level = level_of(window, options_.normalization, options_.fixed_columns);
  const auto rows = level.remove(window);  // (B, L, F)
  const auto packed = drop_inputs(with_words(rows), context)
                          .transpose(0, 1)
                          .reshape({-1, options_.inputs()});  // (L B, inputs)
  const std::vector<int64_t> lengths(static_cast<size_t>(batch), options_.lookback);
  const auto final_state =
      stack_.forward(packed, SequenceLayout::of(lengths), context).final_hidden;  // (B, H)
  const auto state = dropout(final_state, options_.dropout, is_training(), context);
  auto raw = dense_(state).view({batch, options_.horizon, options_.targets(), -1});
  if (!step_head_.is_empty()) {
    const int64_t targets = options_.targets();
    const auto each = ahead.repeat_interleave(targets, 1);  // (B, horizon K, E)
    raw = raw + step_head_(state, each).view({batch, options_.horizon, targets, -1});
  }
  ForecastOutput output{.forecast = complete(raw, rows, level), .reconstruction_error = {}};
  if (!reconstruction_.is_empty()) {
    output.reconstruction_error = reconstruction_error(final_state, rows, batch);
  }
  return output;
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

at::Tensor ForecasterImpl::reconstruction_error(const at::Tensor& state, const at::Tensor& rows,
                                                int64_t batch) {
  const auto error = reconstruction_(state.to(rows.scalar_type())) - rows.flatten(1);
  return error.square().mean(1).view({batch, -1}).mean(1);
}

}  // namespace mnemo
