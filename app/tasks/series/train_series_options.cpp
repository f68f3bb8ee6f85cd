#include "app/tasks/series/train_series_options.h"

#include <fmt/format.h>

#include "app/runs/checkpoint_options.h"
#include "app/settings/cell_settings.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// The three articles share these options: plain layers, the last step, Adam at 0.001, 100 epochs,
// all series.
TrainSeriesOptions article_series_options(SeriesPreset preset, std::vector<int64_t> hidden_sizes,
                                          int64_t batch_size) {
  TrainSeriesOptions options;
  options.preset = preset;
  options.valid_share = 0.0;
  options.scaler = ScalerKind::none;
  options.model.encoder = {.hidden_sizes = std::move(hidden_sizes)};
  options.model.pooling.kinds = {Pooling::last};
  options.model.dropout = 0.0;
  options.model.norm = Norm::none;
  options.optimizer.learning_rate = 0.001;
  options.fit = {.epochs = 100,
                 .schedule = {.kind = Schedule::constant},
                 .clip_norm = 0.0,
                 .patience = 0,
                 .keep = KeptWeights::last};
  options.linear = false;
  options.batch_size = batch_size;
  return options;
}

}  // namespace

TrainSeriesOptions preset_options(SeriesPreset preset) {
  switch (preset) {
    case SeriesPreset::standard:
      return {};
    case SeriesPreset::best: {  // nothing that was tried is better, see docs/presets.md
      TrainSeriesOptions options;
      options.preset = preset;
      return options;
    }
    case SeriesPreset::article_torch:
      return article_series_options(preset, {128}, 0);
    case SeriesPreset::article_stacked:
      return article_series_options(preset, {128, 64, 32}, 256);
    case SeriesPreset::article_regressor: {
      auto options = article_series_options(preset, {64, 32}, 32);
      options.target_kind = TargetKind::number;
      options.scaler = ScalerKind::minmax;
      return options;
    }
  }
  throw Error("unhandled preset");
}

double resolve_valid_share(double valid_share, int64_t series) {
  constexpr int64_t kEnough = 200;
  constexpr double kUsual = 0.1;
  if (valid_share >= 0.0) return valid_share;
  return series < kEnough ? 0.0 : kUsual;
}

void validate_model(const TrainSeriesOptions& options) {
  if (options.model.encoder.hidden_sizes.empty()) {
    throw SettingError("hidden-sizes", "is empty", "name at least one layer's units");
  }
  const auto& encoder = options.model.encoder;
  validate(LayerSettings{.cell = encoder.cell,
                         .activation = encoder.activation,
                         .layer_dropout = encoder.dropout,
                         .recurrent_dropout = encoder.recurrent_dropout,
                         .variational = encoder.variational,
                         .other_dropouts = {{"input-dropout", options.model.input_dropout},
                                            {"output-dropout", options.model.output_dropout}},
                         .inner_norm = encoder.inner_norm,
                         .single_layer =
                             encoder.hidden_sizes.size() == 1 ? "`hidden-sizes` names one" : ""},
           options.initialization);
  validate(options.model);
}

void validate(const TrainSeriesOptions& options) {
  if (options.train_file.empty()) {
    throw SettingError("train", "is missing", "name the file with the training series");
  }
  require_run_folder(options.out);
  validate_model(options);
  const bool no_valid = options.valid_file.empty() && options.valid_share == 0.0;
  if (no_valid && (options.fit.keep == KeptWeights::best || options.fit.patience > 0)) {
    throw UsageError(
        "without series to validate on (`valid-share` 0) the validation loss is that of the "
        "training "
        "series, which must choose nothing: add `keep` last `patience` 0, or hold series out");
  }
  validate(options.loss);
  if (!options.loss.is_plain() && options.target_kind == TargetKind::number) {
    throw UsageError(
        "`label-smoothing`, `class-weights` and `sampling` are for `target-kind` class; leave them "
        "out");
  }
  validate(options.optimizer);
}

}  // namespace mnemo
