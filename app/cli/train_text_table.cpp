#include "app/cli/train_text_table.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "app/cli/common_options.h"
#include "app/cli/option_table.h"
#include "app/runs/stored_model.h"
#include "app/tasks/language/language_settings.h"
#include "datasets/word_vectors.h"
#include "models/ngram_keys.h"

namespace mnemo {
namespace {

void add_data_options(OptionTable& table, TrainTextOptions& options) {
  table.group("Data");
  table.text("train", options.train_file, "file with the training texts and their labels");
  table.text("valid", options.valid_file, "file to validate on; without it rows are held out");
  table.text("out", options.out, "folder for the run: weights, tokenizer, settings, metrics");
  table.flag("overwrite", options.overwrite, "replace a run that stands in --out");
  table.text("cache-dir", options.cache_folder,
             "folder for what runs share: encoded texts, tokenizers, n-grams; by default "
             "~/.cache/mnemo");
  table.number("valid-share", options.valid_share, {0.001, 0.9},
               "share of the training rows held out without --valid");
  add_reader_options(table, options.reader);
  table.text("label-column", options.reader.label_column, "column of the label, likewise");
  table.text("aux-label-column", options.reader.aux_label_column,
             "column of a second label, which a head of its own learns along; none: no such head");
}

void add_model_options(OptionTable& table, TrainTextOptions& options) {
  auto& model = options.model;
  table.group("Model");
  table.number("embedding-dim", model.embedding_dim, {1, 8192}, "size of a piece's vector");
  table.choice("cell", model.encoder.cell, "recurrent cell, or layers of attention");
  table.choice("activation", model.encoder.activation, "activation of --cell rnn");
  table.number("hidden-size", model.encoder.hidden_size, {1, 8192},
               "units of a direction; a transformer's width");
  table.number("layers", model.encoder.layers, {1, 16}, "layers of the cell");
  table.flag("bidirectional", model.encoder.bidirectional, "read in both directions");
  add_transformer_options(table, model.transformer);
  table.choices("pooling", model.pooling.kinds, "from all steps to one vector");
  table.number("heads", model.pooling.heads, {1, 256}, "heads of attention pooling");
  table.choice("norm", model.norm.kind, "normalisation before the dense layer");
  table.choice("inner-norm", model.encoder.inner_norm, "normalisation between recurrent layers");
  table.number("word-dropout", model.word_dropout, {0.0, 0.99},
               "share of a text's pieces hidden in training");
  table.number("embedding-dropout", model.embedding_dropout, {0.0, 0.99},
               "share of embedded elements zeroed");
  add_inner_dropout_options(table, model.encoder.dropout, model.encoder.recurrent_dropout);
  table.number("output-dropout", model.output_dropout, {0.0, 0.99},
               "dropout of the hidden states that are pooled");
  table.flag("variational-dropout", model.encoder.variational,
             "keep one mask over all pieces of a text: of --embedding-dropout, --layer-dropout and "
             "--output-dropout");
  table.number("dropout", model.dropout, {0.0, 0.99}, "dropout before the dense layer");
  table.number("ngrams", options.ngrams.longest, {0, kLongestNgram},
               "longest n-gram of pieces that a linear part reads beside the recurrent layers; 0: "
               "none");
  table.number("embedding-std", options.initialization.embedding_std, {0.0, 10.0},
               "standard deviation of the first embedding");
  add_initialization_options(table, options.initialization);
}

void add_training_options(OptionTable& table, TrainTextOptions& options) {
  table.group("Training");
  add_class_loss_options(table, options.loss);
  table.number("adversarial-norm", options.adversarial_norm, {0.0, 1.0},
               "train on the worst small change of the embedded text, too: its norm as a share of "
               "the text's own; 0: off");
  table.number("aux-weight", options.aux_weight, {0.0, 1000.0},
               "weight of the loss on --aux-label-column");
  table.number("language-weight", options.language_weight, {0.0, 1000.0},
               "weight of predicting each next piece, which trains along; 0: off");
  table.number("softmax-draws", options.softmax_draws, {0, 10'000'000},
               "pieces that the right one is compared with, of --language-weight; 0: all of them");
  add_fit_options(table, options.fit);
  table.number("batch-size", options.batch_size, {1, 65'536}, "texts a step");
  add_optimizer_options(table, options.optimizer);
  table.number("seed", options.seed, Range<uint64_t>{}, "of everything random");
  table.number_or_auto("split-seed", options.split_seed, {1, 1'000'000'000},
                       "of which rows are held out; auto: --seed");
}

OptionTable text_table(TrainTextOptions& options, TrainSwitches& switches) {
  OptionTable table("mnemo train text --train FILE --out RUN [options]",
                    "Trains a text classifier and keeps the best weights in the folder RUN.");
  table.group("Settings");
  table.choice("preset", options.preset, "settings to start from");
  add_train_switches(table, switches);
  add_data_options(table, options);
  add_tokenizer_options(table, options.tokenizer, options.tokenizer_file);
  table.number("max-length", options.limit.max_length, {1, 100'000}, "longest text, in pieces");
  table.choice("truncate", options.limit.truncate, "part kept of a longer text");
  add_model_options(table, options);
  add_start_options(table, options.initial_weights);
  table.text("embedding-vectors", options.embedding.file,
             "begin with these word vectors, as GloVe and fastText write them, plain or gzip; for "
             "--tokenizer-type word");
  table.flag("freeze-embedding", options.embedding.freeze, "leave the embedding as it starts");
  table.number(
      "unfreeze-steps", options.fine_tuning.unfreeze_steps, {0, 1'000'000},
      "first steps in which only the dense layer and pooling learn; after as many more the "
      "highest recurrent layer, then the next, and the embedding last; 0: all at once");
  table.number("layer-rate", options.fine_tuning.layer_rate, {1e-6, 1.0},
               "share of the learning rate of the layer above that each of these learns at");
  table.exclusive({"init-weights", "init-from", "embedding-vectors"});
  table.exclusive({"init-from", "tokenizer"});
  add_training_options(table, options);
  add_compute_options(table, options.compute);
  add_checkpoint_options(table, options.checkpoint);
  add_diagnosis_options(table, options.diagnosis);
  for (const char* name : {"out", "overwrite", "cache-dir"}) table.not_in_config(name);
  return table;
}

void require_consistent_embedding(const TrainTextOptions& options) {
  const auto& [vectors, freeze] = options.embedding;
  const auto& [file, run] = options.initial_weights;
  if (freeze && vectors.empty() && file.empty() && run.empty()) {
    throw UsageError(
        "--freeze-embedding would leave the embedding at random: name where it comes from with "
        "--embedding-vectors, --init-weights or --init-from");
  }
  if (vectors.empty()) return;
  if (!file.empty() || !run.empty()) {
    throw UsageError(
        fmt::format("--embedding-vectors and --{} contradict each other: both give an embedding; "
                    "drop one of the two",
                    run.empty() ? "init-weights" : "init-from"));
  }
  if (options.tokenizer_file.empty() && options.tokenizer.type != TokenizerType::word) {
    throw UsageError(
        fmt::format("--embedding-vectors are vectors of words, and --tokenizer-type is {}; add "
                    "--tokenizer-type word",
                    enum_name(options.tokenizer.type)));
  }
}

// The encoder of a pretrained language model is that of the classifier.
void take_over_encoder(OptionTable& table, const TrainTextOptions& options) {
  const std::string& run = options.initial_weights.run;
  const auto stored = open_stored(run);
  if (!stored.is_pretrained) return;
  const auto language = language_model_from_json(stored.settings, run);
  const auto& encoder = language.encoder;
  const std::array<std::pair<const char*, std::string>, 6> values = {
      {{"embedding-dim", std::to_string(language.embedding_dim)},
       {"cell", enum_name(encoder.cell)},
       {"activation", enum_name(encoder.activation)},
       {"hidden-size", std::to_string(encoder.hidden_size)},
       {"layers", std::to_string(encoder.layers)},
       {"bidirectional", encoder.bidirectional ? "true" : "false"}}};
  for (const auto& [name, value] : values) {
    if (table.given(name) && table.value(name) != value) {
      throw UsageError(fmt::format("--{} {}: {} was pretrained with {}; leave the option out", name,
                                   table.value(name), run, value));
    }
    table.replace(name, value);
  }
  if (encoder.layers > 1 && options.model.encoder.inner_norm != Norm::none) {
    throw UsageError(
        fmt::format("--inner-norm {}: {} was pretrained without norms between its layers; leave "
                    "the option out",
                    enum_name(options.model.encoder.inner_norm), run));
  }
}

// What follows from the files that the training begins with.
void complete_text(OptionTable& table, const TrainTextOptions& options) {
  if (!options.initial_weights.run.empty()) take_over_encoder(table, options);
  if (options.embedding.file.empty()) return;
  // The size of --embedding-vectors is that of the embedding.
  const int64_t size = word_vector_size(options.embedding.file);
  if (table.given("embedding-dim") && size != options.model.embedding_dim) {
    throw UsageError(
        fmt::format("--embedding-dim {}: the vectors of {} have {} numbers; leave the option out",
                    options.model.embedding_dim, options.embedding.file, size));
  }
  table.replace("embedding-dim", std::to_string(size));
}

void require_consistent_text(const OptionTable& table, const TrainTextOptions& options) {
  require_consistent_checkpoints(table, options.checkpoint);
  require_consistent_diagnosis(table, options.diagnosis);
  if (!options.initial_weights.run.empty() && table.given("tokenizer")) {
    throw UsageError(
        "--tokenizer and --init-from contradict each other: a run has its own; drop one of the "
        "two");
  }
  if (!options.initial_weights.run.empty()) {
    require_no_tokenizer_rules(table, "init-from", options.initial_weights.run);
  } else if (!options.tokenizer_file.empty()) {
    require_no_tokenizer_rules(table, "tokenizer", options.tokenizer_file);
  }
  if (!options.valid_file.empty() && table.given("valid-share")) {
    throw UsageError("--valid-share and --valid contradict each other; drop one of the two");
  }
  require_consistent_cell(table, options.model.encoder.cell);
  require_consistent_schedule(table, options.fit.schedule);
  require_consistent_start(table, options.initial_weights);
  require_consistent_embedding(options);
  if (table.given("aux-weight") && options.reader.aux_label_column.empty()) {
    throw UsageError("--aux-weight without --aux-label-column: name the column, or leave it out");
  }
  if (table.given("softmax-draws") && options.language_weight == 0.0) {
    throw UsageError("--softmax-draws is for --language-weight, which is 0; leave it out");
  }
  const bool at_random = options.initial_weights.file.empty() &&
                         options.initial_weights.run.empty() && options.embedding.file.empty();
  const auto& [unfreeze_steps, layer_rate] = options.fine_tuning;
  if (at_random && (unfreeze_steps > 0 || layer_rate < 1.0)) {
    throw UsageError(fmt::format(
        "--{} is for layers that know something already, and this training starts at random: "
        "name what it knows with --init-from, --init-weights or --embedding-vectors, or leave it "
        "out",
        unfreeze_steps > 0 ? "unfreeze-steps" : "layer-rate"));
  }
}

}  // namespace

TrainRequest<TrainTextOptions> parse_train_text(const std::vector<std::string>& arguments) {
  return parse_train<TrainTextOptions>(arguments, text_table, require_consistent_text,
                                       complete_text);
}

}  // namespace mnemo
