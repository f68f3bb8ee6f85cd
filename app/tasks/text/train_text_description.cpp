#include <fmt/format.h>

#include <array>
#include <utility>

#include "app/runs/checkpoint_options.h"
#include "app/runs/stored_model.h"
#include "app/settings/data_options.h"
#include "app/settings/enum_tables.h"
#include "app/settings/model_options.h"
#include "app/tasks/start/language_settings.h"
#include "app/tasks/text/train_text_options.h"
#include "app/training/training_options.h"
#include "datasets/word_vectors.h"
#include "mnemo/error.h"
#include "models/ngram_keys.h"

namespace mnemo {
namespace {

void describe_data(OptionSet& set, TrainTextOptions& options) {
  set.group("Data");
  set.text("train", options.train_file, "file with the training texts and their labels")
      .same_in_searches();
  set.text("valid", options.valid_file, "file to validate on; without it rows are held out")
      .for_files()
      .same_in_searches();
  describe_run_folder(set, options.out, options.overwrite,
                      "folder for the run: weights, tokenizer, settings, metrics");
  set.text("cache-dir", options.cache_folder,
           "folder for what runs share: encoded texts, tokenizers, n-grams; by default "
           "~/.cache/mnemo");
  describe_valid_share(set, options.valid_share, {0.001, 0.9},
                       "share of the training rows held out without `valid`");
  describe(set, options.reader);
  describe(set, options.reader.delimiter);
  describe(set, options.reader.quoting);
  describe_label_column(set, options.reader.label_column, "column of the label, likewise");
  set.choice("target-kind", options.target_kind,
             "what a text has: a class, any number of labels, or a number; auto: labels where rows "
             "have several, else a class")
      .same_in_searches();
  describe_label_delimiter(
      set, options.reader.label_delimiter,
      "between the labels of a cell, as in |, where texts have several; none: a cell is one");
  set.text("aux-label-column", options.reader.aux_label_column,
           "column of a second label, which a head of its own learns along; none: no such head")
      .for_files();
}

void describe_model(OptionSet& set, TrainTextOptions& options) {
  auto& model = options.model;
  set.group("Model");
  describe_embedding_dim(set, model.embedding_dim);
  describe_cell(set, model.encoder.cell);
  describe_activation(set, model.encoder.activation);
  describe_hidden_size(set, model.encoder.hidden_size, /*least=*/1,
                       "units of a direction; a transformer's width");
  describe_layer_count(set, model.encoder.layers, "layers of the cell");
  describe_bidirectional(set, model.encoder.bidirectional);
  describe(set, model.transformer);
  describe_pooling(set, model.pooling, model.norm, model.encoder.inner_norm);
  set.number("word-dropout", model.word_dropout, {0.0, 0.99},
             "share of a text's pieces hidden in training")
      .takes_no_time();
  describe_embedding_dropout(set, model.embedding_dropout);
  describe_layer_dropout(set, model.encoder.dropout);
  describe_recurrent_dropout(set, model.encoder.recurrent_dropout);
  describe_output_dropout(set, model.output_dropout,
                          "dropout of the hidden states that are pooled");
  describe_variational_dropout(
      set, model.encoder.variational,
      "keep one mask over all pieces of a text: of `embedding-dropout`, `layer-dropout` and "
      "`output-dropout`");
  describe_dropout(set, model.dropout);
  set.number("ngrams", options.ngrams.longest, {0, kLongestNgram},
             "longest n-gram of pieces that a linear part reads beside the recurrent layers; 0: "
             "none");
  describe_with_embedding(set, options.initialization);
}

void describe_training(OptionSet& set, TrainTextOptions& options) {
  set.group("Training");
  describe(set, options.loss);
  set.number("adversarial-norm", options.adversarial_norm, {0.0, 1.0},
             "train on the worst small change of the embedded text, too: its norm as a share of "
             "the text's own; 0: off");
  describe_aux_weight(set, options.aux_weight);
  set.number("language-weight", options.language_weight, {0.0, 1000.0},
             "weight of predicting each next piece, which trains along; 0: off");
  describe_softmax_draws(
      set, options.softmax_draws,
      "pieces that the right one is compared with, of `language-weight`; 0: all of them");
  describe(set, options.fit);
  describe_batch_size(set, options.batch_size, /*least=*/1, "texts");
  describe(set, options.optimizer);
  describe_seed(set, options.seed);
  describe_split_seed(set, options.split_seed, "rows");
}

void require_consistent_embedding(const TrainTextOptions& options) {
  const auto& [vectors, freeze] = options.embedding;
  const auto& [file, run] = options.initial_weights;
  if (freeze && vectors.empty() && file.empty() && run.empty()) {
    throw SettingError("freeze-embedding",
                       "would leave the embedding at random: name where it comes from with "
                       "`embedding-vectors`, `init-weights` or `init-from`");
  }
  if (vectors.empty()) return;
  if (!file.empty() || !run.empty()) {
    throw SettingError("embedding-vectors",
                       fmt::format("and `{}` contradict each other: both give an embedding",
                                   run.empty() ? "init-weights" : "init-from"),
                       "drop one of the two");
  }
  if (options.tokenizer_file.empty() && options.tokenizer.type != TokenizerType::word) {
    throw SettingError("embedding-vectors",
                       fmt::format("are vectors of words, and `tokenizer-type` is {}",
                                   enum_name(options.tokenizer.type)),
                       "add `tokenizer-type` word");
  }
}

void require_consistent_targets(const OptionSet& set, const TrainTextOptions& options) {
  const auto kind = options.target_kind;
  if (!options.reader.label_delimiter.empty() &&
      (kind == TextTargetKind::label || kind == TextTargetKind::number)) {
    throw SettingError(
        "label-delimiter",
        fmt::format("is for several labels, and `target-kind` is {}", enum_name(kind)),
        "drop one of the two");
  }
  if (kind == TextTargetKind::labels && options.loss.sampling == Sampling::balanced) {
    throw SettingError("sampling", "balanced draws classes, and `target-kind` is labels",
                       "take `class-weights` balanced");
  }
  if (kind != TextTargetKind::number) return;
  if (!options.loss.is_plain()) {
    throw UsageError(
        "`label-smoothing`, `class-weights` and `sampling` are for labels, and `target-kind` is "
        "number; leave them out");
  }
  if (set.given("ngrams") && options.ngrams.longest > 0) {
    throw SettingError("ngrams", "are for labels so far, and `target-kind` is number",
                       "leave them out");
  }
}

// The encoder of a pretrained language model is that of the classifier.
void take_over_encoder(OptionSet& set, const TrainTextOptions& options) {
  const std::string& run = options.initial_weights.run;
  const auto stored = open_stored(run);
  if (stored.task != Task::language) return;
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
    if (set.given(name) && set.value(name) != value) {
      throw SettingError(name,
                         fmt::format("{}: {} was pretrained with {}", set.value(name), run, value),
                         "leave the option out");
    }
    set.replace(name, value);
  }
  if (encoder.layers > 1 && options.model.encoder.inner_norm != Norm::none) {
    throw SettingError("inner-norm",
                       fmt::format("{}: {} was pretrained without norms between its layers",
                                   enum_name(options.model.encoder.inner_norm), run),
                       "leave the option out");
  }
}

}  // namespace

void describe(OptionSet& set, TrainTextOptions& options) {
  set.group("Settings");
  describe_preset(set, options.preset);
  describe_data(set, options);
  describe_tokenizer(set, options.tokenizer, options.tokenizer_file);
  set.number("max-length", options.limit.max_length, {1, 100'000}, "longest text, in pieces")
      .takes_time_in_proportion();
  set.choice("truncate", options.limit.truncate, "part kept of a longer text");
  describe_model(set, options);
  describe(set, options.initial_weights);
  set.text("embedding-vectors", options.embedding.file,
           "begin with these word vectors, as GloVe and fastText write them, plain or gzip; for "
           "`tokenizer-type` word");
  set.flag("freeze-embedding", options.embedding.freeze, "leave the embedding as it starts");
  set.number("unfreeze-steps", options.fine_tuning.unfreeze_steps, {0, 1'000'000},
             "first steps in which only the dense layer and pooling learn; after as many more the "
             "highest recurrent layer, then the next, and the embedding last; 0: all at once");
  set.number("layer-rate", options.fine_tuning.layer_rate, {1e-6, 1.0},
             "share of the learning rate of the layer above that each of these learns at");
  set.exclusive({"init-weights", "init-from", "embedding-vectors"});
  set.exclusive({"init-from", "tokenizer"});
  describe_training(set, options);
  describe(set, options.compute);
  describe(set, options.checkpoint);
  describe(set, options.diagnosis);
  set.not_in_config("cache-dir");
}

void require_consistent(const OptionSet& set, const TrainTextOptions& options) {
  require_consistent_checkpoints(set, options.checkpoint);
  require_consistent_diagnosis(set, options.diagnosis);
  if (!options.initial_weights.run.empty() && set.given("tokenizer")) {
    throw SettingError("tokenizer", "and `init-from` contradict each other: a run has its own",
                       "drop one of the two");
  }
  if (!options.initial_weights.run.empty()) {
    require_no_tokenizer_rules(set, "init-from", options.initial_weights.run);
  } else if (!options.tokenizer_file.empty()) {
    require_no_tokenizer_rules(set, "tokenizer", options.tokenizer_file);
  }
  require_consistent_targets(set, options);
  if (!options.valid_file.empty() && set.given("valid-share")) {
    throw SettingError("valid-share", "and `valid` contradict each other", "drop one of the two");
  }
  require_consistent_cell(set, options.model.encoder.cell);
  require_consistent_schedule(set, options.fit.schedule);
  require_consistent_start(set, options.initial_weights);
  require_consistent_embedding(options);
  if (set.given("aux-weight") && options.reader.aux_label_column.empty()) {
    throw SettingError("aux-weight",
                       "without `aux-label-column`: name the column, or leave it out");
  }
  if (set.given("softmax-draws") && options.language_weight == 0.0) {
    throw SettingError("softmax-draws", "is for `language-weight`, which is 0", "leave it out");
  }
  const bool at_random = options.initial_weights.file.empty() &&
                         options.initial_weights.run.empty() && options.embedding.file.empty();
  const auto& [unfreeze_steps, layer_rate] = options.fine_tuning;
  if (at_random && (unfreeze_steps > 0 || layer_rate < 1.0)) {
    throw SettingError(
        unfreeze_steps > 0 ? "unfreeze-steps" : "layer-rate",
        "is for layers that know something already, and this training starts at random: name what "
        "it knows with `init-from`, `init-weights` or `embedding-vectors`, or leave it out");
  }
}

void complete(OptionSet& set, const TrainTextOptions& options) {
  if (options.target_kind == TextTargetKind::number) set.replace("ngrams", "0");
  if (!options.initial_weights.run.empty()) take_over_encoder(set, options);
  if (options.embedding.file.empty()) return;
  // The size of `embedding-vectors` is that of the embedding.
  const int64_t size = word_vector_size(options.embedding.file);
  if (set.given("embedding-dim") && size != options.model.embedding_dim) {
    throw SettingError("embedding-dim",
                       fmt::format("{}: the vectors of {} have {} numbers",
                                   options.model.embedding_dim, options.embedding.file, size),
                       "leave the option out");
  }
  set.replace("embedding-dim", std::to_string(size));
}

}  // namespace mnemo
