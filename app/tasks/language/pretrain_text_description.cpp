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
  set.number("valid-share", options.valid_share, {0.0001, 0.9},
             "share of the texts held out to validate on");
  describe(set, options.reader);
  describe(set, options.reader.delimiter);
  describe(set, options.reader.quoting);
}

void describe_model(OptionSet& set, PretrainTextOptions& options) {
  auto& model = options.model;
  set.group("Model");
  set.number("embedding-dim", model.embedding_dim, {1, 8192}, "size of a piece's vector");
  set.choice("cell", model.encoder.cell, "recurrent cell");
  set.choice("activation", model.encoder.activation, "activation of `cell` rnn")
      .unseen_in_weights();
  set.number("hidden-size", model.encoder.hidden_size, {1, 8192}, "units of a direction");
  set.number("layers", model.encoder.layers, {1, 16}, "recurrent layers");
  set.flag("bidirectional", model.encoder.bidirectional,
           "learn to read in both directions, with one layer")
      .unseen_in_weights();
  set.number("embedding-dropout", model.embedding_dropout, {0.0, 0.99},
             "share of embedded elements zeroed");
  set.number("layer-dropout", model.encoder.dropout, {0.0, 0.99}, "dropout between layers");
  set.number("recurrent-dropout", model.encoder.recurrent_dropout, {0.0, 0.99},
             "share of the recurrent weights dropped in each step of training");
  describe_output_dropout(set, model.output_dropout, "dropout of the hidden states that predict");
  set.number("embedding-std", options.initialization.embedding_std, {0.0, 10.0},
             "standard deviation of the first embedding");
  describe(set, options.initialization);
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
  set.number("softmax-draws", options.softmax_draws, {0, 10'000'000},
             "pieces drawn in each step that the right one is compared with; 0: all of them");
  describe(set, options.fit);
  set.number("batch-size", options.batch_size, {1, 65'536}, "sequences a step");
  describe(set, options.optimizer);
  set.number("seed", options.seed, Range<uint64_t>{}, "of everything random");
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
