#include "app/cli/train_forecast_table.h"

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "app/cli/option_table.h"

namespace mnemo {
namespace {

constexpr Range<int64_t> kUnits = {1, 8192};
constexpr Range<int64_t> kRows = {1, 1'000'000};

void add_data_options(OptionTable& table, TrainForecastOptions& options) {
  table.group("Data");
  table.text("train", options.train_file, "CSV file with rows in time order");
  table.text("out", options.out, "folder for the run: weights, settings, metrics");
  table.flag("overwrite", options.overwrite, "replace a run that stands in --out");
  table.list("target", options.targets,
             "columns to forecast, joined by commas; none: every column of numbers");
  table.list("features", options.features, "columns that the model sees; none: the targets");
  add_table_options(table, options.table);
  add_missing_option(table, options.table.missing);
  table.flag("calendar", options.calendar, "the model sees hour, weekday and so on, too");
  table.choice("scaler", options.scaler, "scaling of columns, fitted on the training part");
  table.number("split", options.split.train_share, {0.01, 1.0},
               "share of the rows before the test part");
  table.number("valid-share", options.split.valid_share, {0.0, 0.9},
               "share of those that validates, at their end, one horizon at least; 0: none");
  table.list("split-rows", options.split.rows, {0, 1'000'000'000},
             "instead: rows of the training, validation and test part, as in 8640,2880,2880");
  table.number_or_auto("season", options.season, kRows,
                       "rows of a season, for comparison and defaults; auto: found in the data");
}

void add_model_options(OptionTable& table, TrainForecastOptions& options) {
  auto& model = options.model;
  table.group("Model");
  table.number_or_auto("lookback", model.lookback, kRows,
                       "rows the model sees; auto: a fifth of the training rows, 720 at most");
  table.number_or_auto("horizon", model.horizon, kRows, "rows to forecast; auto: one season");
  table.choice("model", model.model, "shape");
  table.choice("normalization", model.normalization,
               "what is taken from each window and given back to its forecast");
  table.list("quantiles", options.quantiles, {0.001, 0.999},
             "forecast these quantiles, as in 0.1,0.5,0.9; none: one value");
  table.choice("cell", model.cell, "recurrent cell, or layers of attention");
  table.number("hidden-size", model.hidden_size, {2, 8192}, "units, with --model segments");
  table.number("layers", model.layers, {1, 16}, "layers of the cell, likewise");
  table.number_or_auto("segment", model.segment, kRows,
                       "rows of a step of the cell, likewise; auto: by the season");
  table.list("hidden-sizes", model.hidden_sizes, kUnits,
             "units of each layer, with --model stacked; those of a transformer are all equal");
  add_transformer_options(table, model.transformer);
  table.choice("inner-norm", model.inner_norm, "normalisation between recurrent layers");
  table.number("input-dropout", model.input_dropout, {0.0, 0.99},
               "share of a window's numbers zeroed in training");
  add_inner_dropout_options(table, model.layer_dropout, model.recurrent_dropout);
  table.flag("variational-dropout", model.variational,
             "keep one mask over all rows of a window: of --input-dropout and --layer-dropout");
  table.number("dropout", model.dropout, {0.0, 0.99}, "dropout before the dense layer");
  table.flag("autoregression", options.autoregression,
             "a linear regression of each target on its own past beside the layers, which counts "
             "as much as the rows held out say");
  add_initialization_options(table, options.initialization);
}

void add_training_options(OptionTable& table, TrainForecastOptions& options) {
  table.group("Training");
  table.choice("loss", options.loss, "loss on scaled numbers; with --quantiles it is theirs");
  table.number("reconstruction-weight", options.reconstruction_weight, {0.0, 1000.0},
               "weight of finding the rows that were seen in the final state, which trains along; "
               "0: off");
  add_fit_options(table, options.fit);
  table.number("batch-size", options.batch_size, {1, 65'536}, "windows a step");
  add_optimizer_options(table, options.optimizer);
  table.number("seed", options.seed, Range<uint64_t>{}, "of everything random");
}

OptionTable forecast_table(TrainForecastOptions& options, TrainSwitches& switches) {
  OptionTable table("mnemo train forecast --train FILE --out RUN [options]",
                    "Trains a forecaster of time series and keeps the best weights in the folder "
                    "RUN.");
  table.group("Settings");
  table.choice("preset", options.preset, "settings to start from");
  add_train_switches(table, switches);
  add_data_options(table, options);
  add_model_options(table, options);
  add_start_options(table, options.initial_weights);
  add_training_options(table, options);
  add_compute_options(table, options.compute);
  add_checkpoint_options(table, options.checkpoint);
  add_diagnosis_options(table, options.diagnosis);
  for (const char* name : {"out", "overwrite"}) table.not_in_config(name);
  return table;
}

void require_consistent_forecast(const OptionTable& table, const TrainForecastOptions& options) {
  require_consistent_checkpoints(table, options.checkpoint);
  require_consistent_diagnosis(table, options.diagnosis);
  const bool segments = options.model.model == ForecastModel::segments;
  for (const char* name : {"hidden-size", "layers", "segment"}) {
    if (!segments && table.given(name)) {
      throw UsageError(fmt::format(
          "--{} is for --model segments, and this is --model stacked (see --hidden-sizes)", name));
    }
  }
  if (segments && table.given("hidden-sizes")) {
    throw UsageError(
        "--hidden-sizes is for --model stacked, and this is --model segments (see --hidden-size)");
  }
  if (!options.split.rows.empty()) {
    for (const char* name : {"split", "valid-share"}) {
      if (table.given(name)) {
        throw UsageError(
            fmt::format("--{} and --split-rows contradict each other; drop one of the two", name));
      }
    }
  }
  if (!options.quantiles.empty() && table.given("loss")) {
    throw UsageError("--loss and --quantiles contradict each other; drop one of the two");
  }
  require_consistent_cell(table, options.model.cell);
  require_consistent_schedule(table, options.fit.schedule);
  require_consistent_start(table, options.initial_weights);
}

}  // namespace

TrainRequest<TrainForecastOptions> parse_train_forecast(const std::vector<std::string>& arguments) {
  return parse_train<TrainForecastOptions>(arguments, forecast_table, require_consistent_forecast);
}

}  // namespace mnemo
