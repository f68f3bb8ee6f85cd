#include <fmt/format.h>

#include <utility>

#include "app/runs/checkpoint_options.h"
#include "app/settings/data_options.h"
#include "app/settings/enum_tables.h"
#include "app/settings/forecast_enum_tables.h"
#include "app/settings/model_options.h"
#include "app/tasks/forecast/train_forecast_options.h"
#include "app/training/training_options.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// A cell that reads row by row takes a step of the recurrence a row, so that it is smaller than one
// that reads segments, and learns faster. Chosen on rows held out, see docs/forecasting.md.
constexpr std::pair<const char*, const char*> kDecoderDefaults[] = {
    {"hidden-size", "128"}, {"dropout", "0.2"}, {"learning-rate", "0.002"}};

constexpr Range<int64_t> kRowCount = {1, 1'000'000};

void describe_data(OptionSet& set, TrainForecastOptions& options) {
  set.group("Data");
  set.text("train", options.train_file, "CSV file with rows in time order").same_in_searches();
  describe_run_folder(set, options.out, options.overwrite,
                      "folder for the run: weights, settings, metrics");
  set.list("target", options.targets,
           "columns to forecast, joined by commas; none: every column of numbers")
      .same_in_searches();
  set.list("features", options.features, "columns that the model sees; none: the targets");
  set.list("known", options.known,
           "columns that are known of the rows to come, too, as numbers or words");
  set.list("observed", options.observed,
           "columns of numbers whose past the model sees beside `features`");
  set.list("static", options.statics, "columns of numbers or words that a series keeps");
  describe(set, options.table);
  describe(set, options.table.delimiter);
  describe(set, options.table.quoting);
  set.choice("header", options.table.header, "the first row names the columns; auto: by its cells")
      .for_files();
  describe(set, options.table.missing);
  set.list("holidays", options.holidays,
           "the model knows the public holidays of these places, as AU or AU-VIC, of all rows; see "
           "`mnemo formats holidays`");
  set.flag("calendar", options.calendar, "the model sees hour, weekday and so on, too");
  set.choice("scaler", options.scaler, "scaling of columns, fitted on the training part")
      .same_in_tune();
  set.choice("scale-by", options.scale_by,
             "scale of columns: of the whole file, or each series by the rows it is forecast from; "
             "auto: by series where there are several, or something is known ahead");
  set.number("split", options.split.train_share, {0.01, 1.0},
             "share of the rows before the test part")
      .same_in_searches();
  describe_valid_share(
      set, options.split.valid_share, {0.0, 0.9},
      "share of those that validates, at their end, one horizon at least; 0: none");
  set.list("split-rows", options.split.rows, {0, 1'000'000'000},
           "instead: rows of the training, validation and test part, as in 8640,2880,2880, from "
           "the first row of each series on")
      .same_in_searches();
  set.list("split-last", options.split.last, {0, 1'000'000'000},
           "instead: rows of the validation and test part, as in 24,24, the last of each series; "
           "all before them train")
      .same_in_searches();
  set.number_or_auto("season", options.season, kRowCount,
                     "rows of a season, for comparison and defaults; auto: found in the data");
}

void describe_model(OptionSet& set, TrainForecastOptions& options) {
  auto& model = options.model;
  set.group("Model");
  set.number_or_auto("lookback", model.lookback, kRowCount,
                     "rows the model sees; auto: a fifth of the training rows, 720 at most")
      .takes_time_in_proportion();
  set.number_or_auto("horizon", model.horizon, kRowCount, "rows to forecast; auto: one season")
      .same_in_searches();
  set.choice("model", model.model,
             "shape; auto: decoder where something is known of the rows to come, else segments");
  set.choice("normalization", model.normalization,
             "what is taken from each window and given back to its forecast")
      .unseen_in_weights()
      .takes_no_time();
  set.list("quantiles", options.quantiles, {0.001, 0.999},
           "forecast these quantiles, as in 0.1,0.5,0.9; none: one value");
  describe_cell(set, model.cell);
  describe_hidden_size(set, model.hidden_size, /*least=*/2,
                       "units, with `model` segments or decoder");
  describe_layer_count(set, model.layers, "layers of the cell, likewise");
  set.number_or_auto("segment", model.segment, kRowCount,
                     "rows of a step of the cell, with `model` segments; auto: by the season");
  describe_hidden_sizes(
      set, model.hidden_sizes,
      "units of each layer, with `model` stacked; those of a transformer are all equal");
  describe(set, model.transformer);
  describe_inner_norm(set, model.inner_norm);
  describe_input_dropout(set, model.input_dropout,
                         "share of a window's numbers zeroed in training");
  describe_layer_dropout(set, model.layer_dropout);
  describe_recurrent_dropout(set, model.recurrent_dropout);
  describe_variational_dropout(
      set, model.variational,
      "keep one mask over all rows of a window: of `input-dropout` and `layer-dropout`");
  describe_dropout(set, model.dropout);
  set.flag("autoregression", options.autoregression,
           "a linear regression of each target on its own past beside the layers, which counts "
           "as much as the rows held out say");
  set.flag("calibrate", options.calibrate,
           "move `quantiles` by what they are off by on the rows held out, step by step");
  set.flag("non-negative", options.non_negative,
           "forecast nothing below 0; counts, some of them 0, are forecast so by themselves");
  describe(set, options.initialization);
}

void describe_training(OptionSet& set, TrainForecastOptions& options) {
  set.group("Training");
  set.choice("loss", options.loss, "loss on scaled numbers; with `quantiles` it is theirs")
      .same_in_tune();
  set.number("reconstruction-weight", options.reconstruction_weight, {0.0, 1000.0},
             "weight of finding the rows that were seen in the final state, which trains along; "
             "0: off");
  describe(set, options.fit);
  set.flag("refit", options.refit,
           "train anew on the rows held out, too, for as many epochs as they have chosen");
  describe_batch_size(set, options.batch_size, /*least=*/1, "windows");
  describe(set, options.optimizer);
  describe_seed(set, options.seed);
}

// Refuses sizes of a model that is another.
void require_consistent_model(const OptionSet& set, ForecastModel model) {
  const bool stacked = model == ForecastModel::stacked;
  for (const char* name : {"hidden-size", "layers"}) {
    if (!stacked || !set.given(name)) continue;
    throw SettingError(name,
                       "is for `model` segments and decoder, and this is `model` stacked (see "
                       "`hidden-sizes`)");
  }
  if (!stacked && set.given("hidden-sizes")) {
    throw SettingError("hidden-sizes",
                       fmt::format("is for `model` stacked, and this is `model` {} (see "
                                   "`hidden-size`)",
                                   enum_name(model)));
  }
  if (model != ForecastModel::segments && set.given("segment")) {
    throw SettingError("segment", fmt::format("is for `model` segments, and this is `model` {}",
                                              enum_name(model)));
  }
}

void require_one_split(const OptionSet& set, const ForecastSplit& split) {
  const auto require_alone = [&](const char* chosen, std::initializer_list<const char*> others) {
    for (const char* name : others) {
      if (!set.given(name)) continue;
      throw SettingError(name, fmt::format("and `{}` contradict each other", chosen),
                         "drop one of the two");
    }
  };
  if (!split.rows.empty()) require_alone("split-rows", {"split", "valid-share", "split-last"});
  if (!split.last.empty()) require_alone("split-last", {"split", "valid-share"});
}

}  // namespace

void describe(OptionSet& set, TrainForecastOptions& options) {
  set.group("Settings");
  describe_preset(set, options.preset);
  describe_data(set, options);
  describe_model(set, options);
  describe(set, options.initial_weights);
  describe_training(set, options);
  describe(set, options.compute);
  describe(set, options.checkpoint);
  describe(set, options.diagnosis);
  set.exclusive({"split-rows", "split-last"});
}

void require_consistent(const OptionSet& set, const TrainForecastOptions& options) {
  require_consistent_checkpoints(set, options.checkpoint);
  require_consistent_diagnosis(set, options.diagnosis);
  require_consistent_model(set, chosen_model(options));
  require_one_split(set, options.split);
  if (!options.quantiles.empty() && set.given("loss")) {
    throw SettingError("loss", "and `quantiles` contradict each other", "drop one of the two");
  }
  require_consistent_cell(set, options.model.cell);
  require_consistent_schedule(set, options.fit.schedule);
  require_consistent_start(set, options.initial_weights);
}

void complete(OptionSet& set, const TrainForecastOptions& options) {
  const bool chose =
      options.model.model == ForecastModel::automatic && options.preset != ForecastPreset::article;
  if (!chose || chosen_model(options) != ForecastModel::decoder) return;
  for (const auto& [name, value] : kDecoderDefaults) {
    if (!set.is_set(name)) set.replace(name, value);
  }
}

}  // namespace mnemo
