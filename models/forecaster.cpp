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
    case ForecastModel::decoder:
    case ForecastModel::automatic:
      break;  // without one
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
    make_step_head(options);
  }
  if (options.calibrated) {
    calibration_ =
        register_buffer("calibration", torch::zeros({options.horizon, options.quantiles}));
  }
  make_layers(options);
}

void ForecasterImpl::make_layers(const ForecasterOptions& options) {
  switch (options.model) {
    case ForecastModel::segments:
      return make_segments(options);
    case ForecastModel::stacked:
      return make_stack(options);
    case ForecastModel::decoder:
      return make_decoder(options);
    case ForecastModel::automatic:
      break;  // refused above
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled model");
}

void ForecasterImpl::make_step_head(const ForecasterOptions& options) {
  if (options.model == ForecastModel::decoder) return;  // its steps read what is known
  const bool stacked = options.model == ForecastModel::stacked;
  const int64_t state = stacked ? options.hidden_sizes.back() : options.hidden_size;
  const int64_t steps = stacked ? options.horizon * options.targets() : options.segment;
  step_head_ = register_module("step_head",
                               StepHead(state, steps, options.known.width(), options.outputs()));
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

at::Tensor ForecasterImpl::forward(const at::Tensor& history, const ForwardContext& context) {
  return forward_with_reconstruction(history, context).forecast;
}

ForecastOutput ForecasterImpl::forward_with_reconstruction(const at::Tensor& history,
                                                           const ForwardContext& context) {
  const auto window = past_of(history), ahead = ahead_of(history);
  auto output = by_model(window, ahead, context);
  if (options_.quantiles == 0) output.forecast = output.forecast.squeeze(3);
  if (options_.calibrated) {
    output.forecast =
        std::get<0>((output.forecast + calibration_.unsqueeze(1)).cummax(3));  // (B, horizon, K, Q)
  }
  return output;
}

ForecastOutput ForecasterImpl::by_model(const at::Tensor& window, const at::Tensor& ahead,
                                        const ForwardContext& context) {
  switch (options_.model) {
    case ForecastModel::segments:
      return by_segments(window, ahead, context);
    case ForecastModel::stacked:
      return by_stack(window, ahead, context);
    case ForecastModel::decoder:
      return by_decoder(window, ahead, context);
    case ForecastModel::automatic:
      break;
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled model");
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

at::Tensor ForecasterImpl::reconstruction_error(const at::Tensor& state, const at::Tensor& rows,
                                                int64_t batch) {
  const auto error = reconstruction_(state.to(rows.scalar_type())) - rows.flatten(1);
  return error.square().mean(1).view({batch, -1}).mean(1);
}

}  // namespace mnemo
