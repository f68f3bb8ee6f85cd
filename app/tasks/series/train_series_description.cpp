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
  set.list("label-column", options.reader.target_columns,
           "column of the label, or columns of the numbers, of files that have columns")
      .for_files();
  set.text("aux-label-column", options.reader.aux_label_column,
           "csv: column of a second label, which a head of its own learns along; none: no such "
           "head")
      .for_files();
  set.text("labels", options.reader.labels_file,
           "npy: file of the labels or numbers; npz: name of their array")
      .for_files()
      .same_in_searches();
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
  set.number("input-dropout", model.input_dropout, {0.0, 0.99},
             "share of the input's numbers zeroed in training")
      .takes_no_time();
  describe_cell(set, model.encoder.cell, model.encoder.activation);
  set.list("hidden-sizes", model.encoder.hidden_sizes, {1, 8192},
           "units of each layer, in a direction; those of a transformer are all equal");
  set.flag("bidirectional", model.encoder.bidirectional, "read in both directions")
      .unseen_in_weights();
  describe(set, model.transformer);
  describe_pooling(set, model.pooling, model.norm, model.encoder.inner_norm);
  describe_inner_dropout(set, model.encoder.dropout, model.encoder.recurrent_dropout);
  describe_output_dropout(set, model.output_dropout,
                          "dropout of the hidden states that are pooled");
  set.flag("variational-dropout", model.encoder.variational,
           "keep one mask over all steps of a series: of `input-dropout`, `layer-dropout` and "
           "`output-dropout`")
      .takes_no_time();
  set.number("dropout", model.dropout, {0.0, 0.99}, "dropout before the dense layer")
      .takes_no_time();
  set.flag("linear", options.linear,
           "where all training series have one length: a linear model of their steps, fitted "
           "first, whose answer the layers' is added to");
  describe(set, options.initialization);
}

}  // namespace

void describe(OptionSet& set, TrainSeriesOptions& options) {
  set.group("Settings");
  set.choice("preset", options.preset, "settings to start from");
  describe_data(set, options);
  describe_model(set, options);
  describe(set, options.initial_weights);
  set.group("Training");
  describe(set, options.loss);
  set.number("aux-weight", options.aux_weight, {0.0, 1000.0},
             "weight of the loss on `aux-label-column`");
  describe(set, options.fit);
  set.number("batch-size", options.batch_size, {0, 65'536}, "series a step; 0: all");
  describe(set, options.optimizer);
  set.number("seed", options.seed, Range<uint64_t>{}, "of everything random").same_in_searches();
  set.number_or_auto("split-seed", options.split_seed, {1, 1'000'000'000},
                     "of which series are held out; auto: `seed`")
      .same_in_searches();
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
