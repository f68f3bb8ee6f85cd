#include <fmt/format.h>

#include "app/runs/checkpoint_options.h"
#include "app/settings/data_options.h"
#include "app/settings/enum_tables.h"
#include "app/settings/model_options.h"
#include "app/tasks/language/pretrain_text_options.h"
#include "app/training/training_options.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

void describe_data(OptionSet& set, PretrainTextOptions& options) {
  set.group("Data");
  set.list("data", options.files, "files of texts, joined by commas; labels are not looked at");
  describe_run_folder(set, options.out, options.overwrite,
                      "folder for the run: weights, tokenizer, settings, metrics");
  set.text("cache-dir", options.cache_folder,
           "folder for encoded texts, which runs share; by default ~/.cache/mnemo");
  describe_valid_share(set, options.valid_share, {0.0001, 0.9},
                       "share of the texts held out to validate on");
  describe(set, options.reader);
  describe(set, options.reader.delimiter);
  describe(set, options.reader.quoting);
}

void describe_model(OptionSet& set, PretrainTextOptions& options) {
  auto& model = options.model;
  set.group("Model");
  describe_embedding_dim(set, model.embedding_dim);
  describe_cell(set, model.encoder.cell, "recurrent cell");
  describe_activation(set, model.encoder.activation);
  describe_hidden_size(set, model.encoder.hidden_size, /*least=*/1, "units of a direction");
  describe_layer_count(set, model.encoder.layers, "recurrent layers");
  describe_bidirectional(set, model.encoder.bidirectional,
                         "learn to read in both directions, with one layer");
  describe_embedding_dropout(set, model.embedding_dropout);
  describe_layer_dropout(set, model.encoder.dropout, "dropout between layers");
  describe_recurrent_dropout(set, model.encoder.recurrent_dropout);
  describe_output_dropout(set, model.output_dropout, "dropout of the hidden states that predict");
  describe_with_embedding(set, options.initialization);
}

}  // namespace

void describe(OptionSet& set, PretrainTextOptions& options) {
  set.group("Settings");
  describe_data(set, options);
  describe_tokenizer(set, options.tokenizer, options.tokenizer_file);
  set.number("sequence-length", options.sequence_length, {2, 100'000},
             "pieces that are read at once; longer texts are cut");
  describe_model(set, options);
  set.group("Training");
  describe_softmax_draws(
      set, options.softmax_draws,
      "pieces drawn in each step that the right one is compared with; 0: all of them");
  describe(set, options.fit);
  describe_batch_size(set, options.batch_size, /*least=*/1, "sequences");
  describe(set, options.optimizer);
  describe_seed(set, options.seed);
  describe(set, options.compute);
  describe(set, options.checkpoint);
  set.not_in_config("cache-dir");
}

void require_consistent(const OptionSet& set, const PretrainTextOptions& options) {
  require_consistent_checkpoints(set, options.checkpoint);
  require_consistent_schedule(set, options.fit.schedule);
  if (!options.tokenizer_file.empty()) {
    require_no_tokenizer_rules(set, "tokenizer", options.tokenizer_file);
  }
}

}  // namespace mnemo
