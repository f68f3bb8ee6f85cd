#include <fmt/format.h>

#include "app/runs/checkpoint_options.h"
#include "app/settings/data_options.h"
#include "app/settings/enum_tables.h"
#include "app/settings/model_options.h"
#include "app/settings/series_enum_tables.h"
#include "app/tasks/series/train_series_options.h"
#include "app/training/training_options.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

void describe_data(OptionSet& set, TrainSeriesOptions& options) {
  set.group("Data");
  set.text("train", options.train_file, "training series: see `mnemo formats`").same_in_searches();
  set.text("valid", options.valid_file, "series to validate on; without them some are held out")
      .for_files()
      .same_in_searches();
  describe_run_folder(set, options.out, options.overwrite,
                      "folder for the run: weights, settings, metrics");
  set.number_or_auto("valid-share", options.valid_share, {0.0, 0.9},
                     "share of the training series held out without `valid`; 0: none; auto: a "
                     "tenth, none of fewer than 200 series")
      .same_in_searches();
  set.choice("target-kind", options.target_kind, "what a series has").same_in_searches();
  describe(set, options.reader);
  describe(set, options.reader.delimiter);
  describe(set, options.reader.quoting);
  describe_label_columns(
      set, options.reader.target_columns,
      "column of the label, or columns of the numbers, of files that have columns");
  set.text("aux-label-column", options.reader.aux_label_column,
           "csv: column of a second label, which a head of its own learns along; none: no such "
           "head")
      .for_files();
  describe_labels(set, options.reader.labels_file);
  set.text("valid-labels", options.valid_labels_file, "npy: those of `valid`")
      .for_files()
      .same_in_searches();
  set.choice("missing", options.reader.missing, "what to do about missing values");
  set.choice("scaler", options.scaler, "scaling of features, and of numbers to find")
      .same_in_tune();
}

void describe_model(OptionSet& set, TrainSeriesOptions& options) {
  auto& model = options.model;
  set.group("Model");
  set.flag("z-normalize", model.z_normalize,
           "take each series' own mean and deviation from its features")
      .unseen_in_weights()
      .takes_no_time();
  set.number("step-dropout", model.step_dropout, {0.0, 0.99},
             "share of a series' steps hidden in training")
      .takes_no_time();
  describe_input_dropout(set, model.input_dropout,
                         "share of the input's numbers zeroed in training");
  describe_cell(set, model.encoder.cell);
  describe_activation(set, model.encoder.activation);
  describe_hidden_sizes(
      set, model.encoder.hidden_sizes,
      "units of each layer, in a direction; those of a transformer are all equal");
  describe_bidirectional(set, model.encoder.bidirectional);
  describe(set, model.transformer);
  describe_pooling(set, model.pooling, model.norm, model.encoder.inner_norm);
  describe_layer_dropout(set, model.encoder.dropout);
  describe_recurrent_dropout(set, model.encoder.recurrent_dropout);
  describe_output_dropout(set, model.output_dropout,
                          "dropout of the hidden states that are pooled");
  describe_variational_dropout(
      set, model.encoder.variational,
      "keep one mask over all steps of a series: of `input-dropout`, `layer-dropout` and "
      "`output-dropout`");
  describe_dropout(set, model.dropout);
  set.flag("linear", options.linear,
           "where all training series have one length: a linear model of their steps, fitted "
           "first, whose answer the layers' is added to");
  describe(set, options.initialization);
}

}  // namespace

void describe(OptionSet& set, TrainSeriesOptions& options) {
  set.group("Settings");
  describe_preset(set, options.preset);
  describe_data(set, options);
  describe_model(set, options);
  describe(set, options.initial_weights);
  set.group("Training");
  describe(set, options.loss);
  describe_aux_weight(set, options.aux_weight);
  describe(set, options.fit);
  describe_batch_size(set, options.batch_size, /*least=*/0, "series");
  describe(set, options.optimizer);
  describe_seed(set, options.seed);
  describe_split_seed(set, options.split_seed, "series");
  describe(set, options.compute);
  describe(set, options.checkpoint);
  describe(set, options.diagnosis);
}

void require_consistent(const OptionSet& set, const TrainSeriesOptions& options) {
  require_consistent_checkpoints(set, options.checkpoint);
  require_consistent_diagnosis(set, options.diagnosis);
  if (!options.valid_file.empty() && set.given("valid-share")) {
    throw SettingError("valid-share", "and `valid` contradict each other", "drop one of the two");
  }
  if (options.valid_file.empty() && !options.valid_labels_file.empty()) {
    throw SettingError("valid-labels", "without `valid`: name the file of series, too");
  }
  require_consistent_cell(set, options.model.encoder.cell);
  if (set.given("aux-weight") && options.reader.aux_label_column.empty()) {
    throw SettingError("aux-weight",
                       "without `aux-label-column`: name the column, or leave it out");
  }
  require_consistent_schedule(set, options.fit.schedule);
  require_consistent_start(set, options.initial_weights);
}

}  // namespace mnemo
