#include "app/cli/train_series_table.h"

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "app/cli/series_options.h"

namespace mnemo {
namespace {

void add_data_options(OptionTable& table, TrainSeriesOptions& options) {
  table.group("Data");
  table.text("train", options.train_file, "training series: .ts, .csv in long form, or .npy");
  table.text("valid", options.valid_file, "series to validate on; without them some are held out");
  table.text("out", options.out, "folder for the run: weights, settings, metrics");
  table.flag("overwrite", options.overwrite, "replace a run that stands in --out");
  table.number_or_auto("valid-share", options.valid_share, {0.0, 0.9},
                       "share of the training series held out without --valid; 0: none; auto: a "
                       "tenth, none of fewer than 200 series");
  table.choice("target-kind", options.target_kind, "what a series has");
  add_series_reader_options(table, options.reader);
  table.list("label-column", options.reader.target_columns,
             "csv: column of the label, or columns of the numbers");
  table.text("aux-label-column", options.reader.aux_label_column,
             "csv: column of a second label, which a head of its own learns along; none: no such "
             "head");
  table.text("labels", options.reader.labels_file, "npy: array of the labels or numbers");
  table.text("valid-labels", options.valid_labels_file, "npy: those of --valid");
  table.choice("missing", options.reader.missing, "what to do about missing values");
  table.choice("scaler", options.scaler, "scaling of features, and of numbers to find");
}

void add_model_options(OptionTable& table, TrainSeriesOptions& options) {
  auto& model = options.model;
  table.group("Model");
  table.flag("z-normalize", model.z_normalize,
             "take each series' own mean and deviation from its features");
  table.number("step-dropout", model.step_dropout, {0.0, 0.99},
               "share of a series' steps hidden in training");
  table.number("input-dropout", model.input_dropout, {0.0, 0.99},
               "share of the input's numbers zeroed in training");
  table.choice("cell", model.encoder.cell, "recurrent cell, or layers of attention");
  table.choice("activation", model.encoder.activation, "activation of --cell rnn");
  table.list("hidden-sizes", model.encoder.hidden_sizes, {1, 8192},
             "units of each layer, in a direction; those of a transformer are all equal");
  table.flag("bidirectional", model.encoder.bidirectional, "read in both directions");
  add_transformer_options(table, model.transformer);
  table.choices("pooling", model.pooling.kinds, "from all steps to one vector");
  table.number("heads", model.pooling.heads, {1, 256}, "heads of attention pooling");
  table.choice("norm", model.norm.kind, "normalisation before the dense layer");
  table.choice("inner-norm", model.encoder.inner_norm, "normalisation between recurrent layers");
  add_inner_dropout_options(table, model.encoder.dropout, model.encoder.recurrent_dropout);
  table.number("output-dropout", model.output_dropout, {0.0, 0.99},
               "dropout of the hidden states that are pooled");
  table.flag("variational-dropout", model.encoder.variational,
             "keep one mask over all steps of a series: of --input-dropout, --layer-dropout and "
             "--output-dropout");
  table.number("dropout", model.dropout, {0.0, 0.99}, "dropout before the dense layer");
  table.flag("linear", options.linear,
             "where all training series have one length: a linear model of their steps, fitted "
             "first, whose answer the layers' is added to");
  add_initialization_options(table, options.initialization);
}

OptionTable series_table(TrainSeriesOptions& options, TrainSwitches& switches) {
  OptionTable table(
      "mnemo train series --train FILE --out RUN [options]",
      "Trains a classifier of numeric series, or a model that finds numbers for them, "
      "and keeps the best weights in the folder RUN.");
  table.group("Settings");
  table.choice("preset", options.preset, "settings to start from");
  add_train_switches(table, switches);
  add_data_options(table, options);
  add_model_options(table, options);
  add_start_options(table, options.initial_weights);
  table.group("Training");
  add_class_loss_options(table, options.loss);
  table.number("aux-weight", options.aux_weight, {0.0, 1000.0},
               "weight of the loss on --aux-label-column");
  add_fit_options(table, options.fit);
  table.number("batch-size", options.batch_size, {0, 65'536}, "series a step; 0: all");
  add_optimizer_options(table, options.optimizer);
  table.number("seed", options.seed, Range<uint64_t>{}, "of everything random");
  table.number_or_auto("split-seed", options.split_seed, {1, 1'000'000'000},
                       "of which series are held out; auto: --seed");
  add_compute_options(table, options.compute);
  add_checkpoint_options(table, options.checkpoint);
  add_diagnosis_options(table, options.diagnosis);
  for (const char* name : {"out", "overwrite"}) table.not_in_config(name);
  return table;
}

void require_consistent_series(const OptionTable& table, const TrainSeriesOptions& options) {
  require_consistent_checkpoints(table, options.checkpoint);
  require_consistent_diagnosis(table, options.diagnosis);
  if (!options.valid_file.empty() && table.given("valid-share")) {
    throw UsageError("--valid-share and --valid contradict each other; drop one of the two");
  }
  if (options.valid_file.empty() && !options.valid_labels_file.empty()) {
    throw UsageError("--valid-labels without --valid: name the file of series, too");
  }
  require_consistent_cell(table, options.model.encoder.cell);
  if (table.given("aux-weight") && options.reader.aux_label_column.empty()) {
    throw UsageError("--aux-weight without --aux-label-column: name the column, or leave it out");
  }
  require_consistent_schedule(table, options.fit.schedule);
  require_consistent_start(table, options.initial_weights);
}

}  // namespace

TrainRequest<TrainSeriesOptions> parse_train_series(const std::vector<std::string>& arguments) {
  return parse_train<TrainSeriesOptions>(arguments, series_table, require_consistent_series);
}

}  // namespace mnemo
