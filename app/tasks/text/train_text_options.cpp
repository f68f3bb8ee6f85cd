#include "app/tasks/text/train_text_options.h"

#include <fmt/format.h>

#include "app/runs/checkpoint_options.h"
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
  options.model.norm = Norm::batch;
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
  require_run_folder(options.out);
  validate_model(options);
}

void validate_model(const TrainTextOptions& options) {
  const auto& encoder = options.model.encoder;
  validate(options.model.pooling, encoder.output_size(),
           fmt::format("`hidden-size` {}{}", encoder.hidden_size,
                       encoder.directions() == 2 ? ", twice for `bidirectional`" : ""));
  validate(LayerSettings{.cell = encoder.cell,
                         .activation = encoder.activation,
                         .layer_dropout = encoder.dropout,
                         .recurrent_dropout = encoder.recurrent_dropout,
                         .variational = encoder.variational,
                         .other_dropouts = {{"embedding-dropout", options.model.embedding_dropout},
                                            {"output-dropout", options.model.output_dropout}},
                         .inner_norm = encoder.inner_norm,
                         .single_layer = encoder.layers == 1 ? "`layers` is 1" : ""},
           options.initialization);
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
  validate(options.optimizer);
}

}  // namespace mnemo
