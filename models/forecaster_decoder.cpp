// The encoder-decoder (Sutskever et al. 2014): a cell reads the look-back row by row, and another
// goes on from its state through the rows to come, reading what is known of each, as DeepAR does
// (Salinas et al. 2020), but not its own forecasts.
#include "models/dropout.h"
#include "models/forecaster.h"

namespace mnemo {
namespace {

SequenceLayout equal_lengths(int64_t sequences, int64_t length) {
  return SequenceLayout::of(std::vector<int64_t>(static_cast<size_t>(sequences), length));
}

// (B, rows, columns) -> packed (rows B, columns)
at::Tensor pack_rows(const at::Tensor& rows) {
  return rows.transpose(0, 1).reshape({-1, rows.size(2)});
}

}  // namespace

void ForecasterImpl::make_decoder(const ForecasterOptions& options) {
  RecurrentOptions cell{.input_size = options.inputs(),
                        .hidden_size = options.hidden_size,
                        .layers = options.layers,
                        .dropout = options.layer_dropout,
                        .cell = options.cell,
                        .variational = options.variational,
                        .recurrent_dropout = options.recurrent_dropout,
                        .inner_norm = options.inner_norm};
  encoder_ = register_module("encoder", RecurrentEncoder(cell));
  cell.input_size = options.step_inputs();
  decoder_ = register_module("decoder", RecurrentEncoder(cell));
  hidden_ = register_module(
      "hidden", torch::nn::Linear(options.hidden_size + cell.input_size, options.hidden_size));
  dense_ = register_module(
      "dense", torch::nn::Linear(options.hidden_size, options.targets() * options.outputs()));
  if (options.reconstruction) {
    reconstruction_ = register_module(
        "reconstruction",
        torch::nn::Linear(options.hidden_size, options.lookback * options.features));
  }
}

// (B, horizon, step inputs): what is known of each row to come, and how far in the horizon it is.
at::Tensor ForecasterImpl::steps_ahead(const at::Tensor& window, const at::Tensor& ahead) const {
  const int64_t horizon = options_.horizon;
  const auto place = at::arange(1, horizon + 1, window.options()) / static_cast<double>(horizon);
  const auto places = place.view({1, -1, 1}).expand({window.size(0), -1, -1});
  return ahead.defined() ? at::cat({ahead, places}, 2) : places;
}

ForecastOutput ForecasterImpl::by_decoder(const at::Tensor& window, const at::Tensor& ahead,
                                          const ForwardContext& context) {
  const int64_t batch = window.size(0), horizon = options_.horizon;
  const auto level = level_of(window, options_.normalization, options_.fixed_columns);
  const auto rows = level.remove(window);                    // (B, L, F)
  const auto past = drop_inputs(with_words(rows), context);  // (B, L, inputs)
  const auto states = encoder_
                          ->forward(pack_rows(past), equal_lengths(batch, options_.lookback),
                                    context, std::nullopt, FinalStates::all)
                          .state;
  const auto steps = steps_ahead(window, ahead);
  const auto decoded =
      decoder_->forward(pack_rows(steps), equal_lengths(batch, horizon), context, states)
          .values.view({horizon, batch, -1})
          .transpose(0, 1);  // (B, horizon, H)
  auto hidden = at::relu(hidden_(at::cat({decoded.to(steps.scalar_type()), steps}, 2)));
  hidden = dropout(hidden, options_.dropout, is_training(), context);
  const auto raw = dense_(hidden).view({batch, horizon, options_.targets(), options_.outputs()});
  ForecastOutput output{.forecast = complete(raw, rows, level), .reconstruction_error = {}};
  if (!reconstruction_.is_empty()) {
    output.reconstruction_error = reconstruction_error(states.front()[-1], rows, batch);
  }
  return output;
}

}  // namespace mnemo
