#include "app/cli/pretrain_text_table.h"

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "app/cli/option_table.h"

namespace mnemo {
namespace {

void add_data_options(OptionTable& table, PretrainTextOptions& options) {
  table.group("Data");
  table.list("data", options.files, "files of texts, joined by commas; labels are not looked at");
  table.text("out", options.out, "folder for the run: weights, tokenizer, settings, metrics");
  table.flag("overwrite", options.overwrite, "replace a run that stands in --out");
  table.text("cache-dir", options.cache_folder,
             "folder for encoded texts, which runs share; by default ~/.cache/mnemo");
  table.number("valid-share", options.valid_share, {0.0001, 0.9},
               "share of the texts held out to validate on");
  add_reader_options(table, options.reader);
}

void add_model_options(OptionTable& table, PretrainTextOptions& options) {
  auto& model = options.model;
  table.group("Model");
  table.number("embedding-dim", model.embedding_dim, {1, 8192}, "size of a piece's vector");
  table.choice("cell", model.encoder.cell, "recurrent cell");
  table.choice("activation", model.encoder.activation, "activation of --cell rnn");
  table.number("hidden-size", model.encoder.hidden_size, {1, 8192}, "units of a direction");
  table.number("layers", model.encoder.layers, {1, 16}, "recurrent layers");
  table.flag("bidirectional", model.encoder.bidirectional,
             "learn to read in both directions, with one layer");
  table.number("embedding-dropout", model.embedding_dropout, {0.0, 0.99},
               "share of embedded elements zeroed");
  table.number("layer-dropout", model.encoder.dropout, {0.0, 0.99}, "dropout between layers");
  table.number("recurrent-dropout", model.encoder.recurrent_dropout, {0.0, 0.99},
               "share of the recurrent weights dropped in each step of training");
  table.number("output-dropout", model.output_dropout, {0.0, 0.99},
               "dropout of the hidden states that predict");
  table.number("embedding-std", options.initialization.embedding_std, {0.0, 10.0},
               "standard deviation of the first embedding");
  add_initialization_options(table, options.initialization);
}

OptionTable pretraining_table(PretrainTextOptions& options, TrainSwitches& switches) {
  OptionTable table("mnemo pretrain text --data FILE,... --out RUN [options]",
                    "Trains a language model on texts without labels: a start for classifiers, "
                    "which mnemo train text --init-from RUN trains further.");
  table.group("Settings");
  add_train_switches(table, switches);
  add_data_options(table, options);
  add_tokenizer_options(table, options.tokenizer, options.tokenizer_file);
  table.number("sequence-length", options.sequence_length, {2, 100'000},
               "pieces that are read at once; longer texts are cut");
  add_model_options(table, options);
  table.group("Training");
  table.number("softmax-draws", options.softmax_draws, {0, 10'000'000},
               "pieces drawn in each step that the right one is compared with; 0: all of them");
  add_fit_options(table, options.fit);
  table.number("batch-size", options.batch_size, {1, 65'536}, "sequences a step");
  add_optimizer_options(table, options.optimizer);
  table.number("seed", options.seed, Range<uint64_t>{}, "of everything random");
  add_compute_options(table, options.compute);
  add_checkpoint_options(table, options.checkpoint);
  for (const char* name : {"out", "overwrite", "cache-dir"}) table.not_in_config(name);
  return table;
}

void require_consistent_pretraining(const OptionTable& table, const PretrainTextOptions& options) {
  require_consistent_checkpoints(table, options.checkpoint);
  require_consistent_schedule(table, options.fit.schedule);
  if (!options.tokenizer_file.empty()) {
    require_no_tokenizer_rules(table, "tokenizer", options.tokenizer_file);
  }
}

}  // namespace

TrainRequest<PretrainTextOptions> parse_pretrain_text(const std::vector<std::string>& arguments) {
  return parse_train<PretrainTextOptions>(arguments, pretraining_table,
                                          require_consistent_pretraining);
}

}  // namespace mnemo
