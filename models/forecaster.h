// Forecasters: from the last `lookback` rows of a table to the next `horizon` rows of its target
// columns.
#pragma once

#include <cstdint>
#include <vector>

#include "models/autoregression.h"
#include "models/column_scaling.h"
#include "models/forward_context.h"
#include "models/known_future.h"
#include "models/sequence_encoder.h"
#include "models/torch_api.h"
#include "models/window_level.h"
#include "models/window_scaling.h"

namespace mnemo {

enum class ForecastModel {
  automatic,  // no model: whoever makes one chooses
  segments,   // SegRNN (Lin et al. 2023) with an LSTM: all targets share the weights, a step of the
              // recurrence reads a whole segment of rows, and the horizon's segments are decoded
              // side by side from the final state. A Transformer reads the segments of the past and
              // one query for each of the horizon as one sequence, in which all see all.
  stacked,    // recurrent layers, or a Transformer in which all rows see all, over the rows -> last
              // state -> dense
  decoder,    // an encoder-decoder: a cell reads the look-back row by row, another goes on from its
              // state through the rows to come, reading what is known of each -> dense -> dense
};

struct ForecasterOptions {
  ForecastModel model = ForecastModel::segments;
  int64_t lookback = 0;       // L, rows that the model sees
  int64_t horizon = 0;        // rows to forecast
  int64_t features = 0;       // F, columns that the model sees
  int64_t fixed_columns = 0;  // the last of them, which no normalization touches
  // The last of those, which are known of the rows to come, too. Where there are such, a window has
  // the horizon's rows behind those of the look-back, in which nothing else is read.
  KnownFutureOptions known = {};
  std::vector<int64_t> target_columns =
      {};                 // K: which of the features each target is; -1: none of them
  int64_t quantiles = 0;  // Q; 0: one number a target and step
  int64_t centre = 0;     // number of the quantile nearest to 0.5
  WindowNormalization normalization = WindowNormalization::last;
  // Each window is scaled by its own rows before anything else. Every target must be a feature.
  WindowScaling window_scaling = WindowScaling::none;
  double input_dropout = 0.0;      // on elements of the normalised window
  bool variational = false;        // one mask for all rows of a window, see StepDropout
  double recurrent_dropout = 0.0;  // see RecurrentOptions
  Norm inner_norm = Norm::none;    // likewise
  double dropout = 0.5;            // before the dense layer
  // A head that trains along and forecasts nothing: the rows that the model has seen, from its
  // final state.
  bool reconstruction = false;
  // Rows of a target's own past that a linear part beside the layers reads, which forecasts the
  // centre of its quantiles, if there are any; 0: no such part. All targets share it.
  int64_t autoregression = 0;
  // The error of quantiles on windows held out is added to them: see calibrate().
  bool calibrated = false;
  bool non_negative = false;  // no forecast is below 0 in the data's units
  Cell cell = Cell::lstm;

  // segments and decoder
  int64_t hidden_size = 256;
  int64_t layers = 1;
  // segments
  int64_t segment = 24;  // rows
  // stacked
  std::vector<int64_t> hidden_sizes = {64, 32};
  double layer_dropout = 0.0;  // between layers, of either model

  TransformerOptions transformer = {};  // with Cell::transformer, beside the above

  int64_t targets() const { return static_cast<int64_t>(target_columns.size()); }
  int64_t outputs() const { return quantiles == 0 ? 1 : quantiles; }  // numbers a target and step
  int64_t input_segments() const { return (lookback + segment - 1) / segment; }
  int64_t output_segments() const { return (horizon + segment - 1) / segment; }
  // The Transformer of either model; throws UsageError for sizes that make none.
  TransformerOptions transformer_encoder() const;
  // Rows of a window.
  int64_t window_rows() const { return known.empty() ? lookback : lookback + horizon; }
  // Features once words have become numbers.
  int64_t inputs() const { return features - known.columns() + known.width(); }
  // Numbers that a step of the decoder reads.
  int64_t step_inputs() const { return known.width() + 1; }
  // Features, in that form, that are no target: every target of the segment model sees them beside
  // its own past.
  std::vector<int64_t> other_columns() const;

  bool operator==(const ForecasterOptions&) const = default;
};

// Throws UsageError, naming the command line's options, for options that make no model.
void validate(const ForecasterOptions& options);

struct ForecastOutput {
  at::Tensor forecast;  // as forward() gives it
  // (B) the mean squared error of the reconstruction of each window, scaled and normalised as the
  // model sees it; undefined without the head.
  at::Tensor reconstruction_error;
};

// The numbers that an autoregression reads and should find, scaled and normalised.
struct RegressionRows {
  at::Tensor inputs;   // (B K, rows)
  at::Tensor outputs;  // (B K, horizon)
};

class ForecasterImpl : public torch::nn::Module {
 public:
  // Its parameters mean nothing yet: see initialization.h.
  explicit ForecasterImpl(const ForecasterOptions& options);

  // history (B, L, F), or with what is known of the future (B, L + horizon, F), in all that
  // follows, scaled -> (B, horizon, K), with quantiles (B, horizon, K, Q) ascending, scaled.
  at::Tensor forward(const at::Tensor& history, const ForwardContext& context = {});

  ForecastOutput forward_with_reconstruction(const at::Tensor& history,
                                             const ForwardContext& context = {});

  // The same in the data's own units; those of a model that scales by windows are best given in
  // double, in which it answers. Quantiles have a last dimension here, too.
  at::Tensor forecast(const at::Tensor& history, const ForwardContext& context = {});

  // Windows (B, L, F) of the data's units are scaled by this; not for WindowScaling::none.
  WindowScale window_scale(const at::Tensor& history) const;

  // history (B, L, F) and what came after it, targets (B, horizon, K), scaled; of the past the last
  // `rows`. Every target must be one of the features.
  RegressionRows regression_rows(const at::Tensor& history, const at::Tensor& targets,
                                 int64_t rows) const;

  // Returns what `part` alone makes of history (B, L, F): (B, horizon, K), scaled.
  at::Tensor linear_forecast(const at::Tensor& history, const Autoregression& part) const;

  // Puts `part` beside the layers, which have learnt by themselves.
  void add_autoregression(const Autoregression& part);

  // Adds to the quantiles from now on offsets (horizon, quantiles), scaled, and holds their order.
  void calibrate(const at::Tensor& offsets);

  const ForecasterOptions& options() const { return options_; }
  ColumnScalingImpl& feature_scaling() { return *feature_scaling_; }
  ColumnScalingImpl& target_scaling() { return *target_scaling_; }

 private:
  void make_layers(const ForecasterOptions& options);
  void make_stack(const ForecasterOptions& options);
  void make_segments(const ForecasterOptions& options);
  void make_decoder(const ForecasterOptions& options);
  void make_step_head(const ForecasterOptions& options);
  // (B, L, F) -> (B, horizon, K, outputs)
  ForecastOutput by_model(const at::Tensor& window, const at::Tensor& ahead,
                          const ForwardContext& context);
  ForecastOutput by_segments(const at::Tensor& window, const at::Tensor& ahead,
                             const ForwardContext& context);
  ForecastOutput by_stack(const at::Tensor& window, const at::Tensor& ahead,
                          const ForwardContext& context);
  ForecastOutput by_decoder(const at::Tensor& window, const at::Tensor& ahead,
                            const ForwardContext& context);
  // The window (B, L, F) of a history, and what is known ahead (B, horizon, E); undefined: nothing.
  at::Tensor past_of(const at::Tensor& history) const;
  at::Tensor ahead_of(const at::Tensor& history) const;
  // rows (B, L, F) -> (B, L, inputs)
  at::Tensor with_words(const at::Tensor& rows) const;
  at::Tensor own_past(const at::Tensor& rows) const;
  // Turns what the layers say, (B, horizon, K, outputs), and the normalised window (B, L, F) into
  // the forecast, scaled.
  at::Tensor complete(at::Tensor raw, const at::Tensor& rows, const WindowLevel& level);
  // state (B, H) or (B K, H), rows (B, ...) or (B K, ...): those that it is to hold -> (B)
  at::Tensor reconstruction_error(const at::Tensor& state, const at::Tensor& rows, int64_t batch);
  at::Tensor drop_inputs(const at::Tensor& history, const ForwardContext& context) const;
  at::Tensor segment_inputs(const at::Tensor& history) const;
  at::Tensor decoder_inputs(int64_t batch, const at::Tensor& ahead);
  at::Tensor steps_ahead(const at::Tensor& window, const at::Tensor& ahead) const;
  // Both lead from the embedded past (n B K, H) to the output segments (B K m, H). The former
  // leaves the state after the past in `final_state`, (B K, H).
  at::Tensor decode_by_state(const at::Tensor& inputs, const at::Tensor& queries, int64_t batch,
                             const ForwardContext& context, at::Tensor& final_state);
  at::Tensor decode_by_queries(const at::Tensor& inputs, const at::Tensor& queries, int64_t batch,
                               const ForwardContext& context);

  ForecasterOptions options_;
  ColumnScaling feature_scaling_{nullptr}, target_scaling_{nullptr};
  WordColumns words_{nullptr};  // these two: where something is known ahead
  StepHead step_head_{nullptr};
  // segments
  torch::nn::Linear projection_{nullptr}, known_projection_{nullptr};
  RecurrentEncoder encoder_{nullptr};  // one of the two, named "encoder"; that of `decoder`, too
  TransformerEncoder transformer_{nullptr};
  at::Tensor position_embedding_;  // (output segments, hidden_size / 2)
  at::Tensor target_embedding_;    // (K, hidden_size - hidden_size / 2)
  // decoder
  RecurrentEncoder decoder_{nullptr};
  torch::nn::Linear hidden_{nullptr};
  // stacked
  SequenceEncoder stack_;
  torch::nn::Linear dense_{nullptr}, reconstruction_{nullptr};
  Autoregression autoregression_{nullptr};
  at::Tensor calibration_;  // (horizon, quantiles)
};
// The short name belongs to the public library: mnemo/forecaster.h.
TORCH_MODULE_IMPL(ForecasterModule, ForecasterImpl);

enum class ForecastLoss { mse, mae, huber };

// The loss of each sample, its mean over horizon and targets, summed over the batch. `forecast` and
// `targets` (B, horizon, K), scaled. Huber's loss (1964) changes from square to line at 1.
at::Tensor forecast_loss_sum(const at::Tensor& forecast, const at::Tensor& targets,
                             ForecastLoss loss);

// The same of the pinball loss (Koenker and Bassett 1978), the mean over the quantiles, too.
// forecast (B, horizon, K, Q).
at::Tensor pinball_loss_sum(const at::Tensor& forecast, const at::Tensor& targets,
                            const std::vector<double>& quantiles);

}  // namespace mnemo
