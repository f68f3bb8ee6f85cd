#include "app/tasks/text/train_text_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/settings/cell_settings.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

TrainTextOptions article_text_options() {
  TrainTextOptions options;
  options.preset = TextPreset::article;
  options.ngrams.longest = 0;
  options.tokenizer.vocab_size = 10000;
  options.limit = {.max_length = 100, .truncate = Truncate::head};
  options.model.embedding_dim = 128;
  options.model.word_dropout = 0.0;
  options.model.embedding_dropout = 0.0;
  options.model.encoder = {.hidden_size = 256, .layers = 1, .bidirectional = false, .dropout = 0.0};
  options.model.pooling = {.kinds = {Pooling::attention}, .heads = 4};
  options.model.dropout = 0.5;
  options.model.norm.kind = Norm::batch;
  options.initialization.embedding_std = 1.0;
  options.optimizer.learning_rate = 0.001;
  options.fit.schedule.kind = Schedule::constant;
  options.fit.epochs = 10;
  options.fit.clip_norm = 0.0;
  options.fit.patience = 0;
  options.batch_size = 32;
  return options;
}

TrainTextOptions best_text_options() {
  TrainTextOptions options;
  options.preset = TextPreset::best;
  options.adversarial_norm = 0.02;
  return options;
}

}  // namespace

TrainTextOptions preset_options(TextPreset preset) {
  switch (preset) {
    case TextPreset::standard:
      return {};
    case TextPreset::best:
      return best_text_options();
    case TextPreset::article:
      return article_text_options();
  }
  throw Error("unhandled preset");
}

void validate(const TrainTextOptions& options) {
  if (options.train_file.empty()) {
    throw SettingError("train", "is missing", "name the file with the training texts");
  }
  if (options.out.empty()) {
    throw SettingError("out", "is missing", "name the folder that the run is to be kept in");
  }
  validate_model(options);
}

void validate_model(const TrainTextOptions& options) {
  const auto& encoder = options.model.encoder;
  const auto& pooling = options.model.pooling.kinds;
  const bool attends = std::ranges::find(pooling, Pooling::attention) != pooling.end();
  if (attends && encoder.output_size() % options.model.pooling.heads != 0) {
    throw SettingError(
        "heads",
        fmt::format("{} does not divide the encoder's output size {} (`hidden-size` {}{})",
                    options.model.pooling.heads, encoder.output_size(), encoder.hidden_size,
                    encoder.directions() == 2 ? ", twice for `bidirectional`" : ""));
  }
  if (encoder.activation == Activation::relu && !takes_activation(encoder.cell)) {
    throw SettingError("activation", "relu is for `cell` rnn alone",
                       "the gates of lstm and gru are fixed, and a transformer has GELU");
  }
  if (encoder.dropout > 0.0 && encoder.layers == 1 && encoder.cell != Cell::transformer) {
    throw SettingError("layer-dropout", "acts between layers, and `layers` is 1",
                       "drop one of the two");
  }
  if (encoder.inner_norm != Norm::none && encoder.layers == 1) {
    throw SettingError("inner-norm", "stands between layers, and `layers` is 1",
                       "drop one of the two");
  }
  validate_variational(encoder.cell, encoder.variational, encoder.dropout,
                       {{"embedding-dropout", options.model.embedding_dropout},
                        {"output-dropout", options.model.output_dropout}});
  if (options.language_weight > 0.0) {
    validate_language_head(encoder);
    if (options.compute.device == DeviceKind::cuda) {
      throw SettingError("language-weight",
                         "and `device` cuda: the language model's softmax is for the CPU so far",
                         "drop one of the two");
    }
  }
  validate(options.loss);
  if (encoder.cell == Cell::transformer) {
    validate(transformer_of(encoder, options.model.transformer));
  }
  validate_inside(encoder.cell, encoder.recurrent_dropout, encoder.inner_norm);
  validate_start(encoder.cell, options.initialization);
  validate(options.optimizer);
}

}  // namespace mnemo
