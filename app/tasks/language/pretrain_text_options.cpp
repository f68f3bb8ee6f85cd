#include "app/tasks/language/pretrain_text_options.h"

#include "app/settings/cell_settings.h"
#include "mnemo/error.h"

namespace mnemo {

void validate(const PretrainTextOptions& options) {
  if (options.files.empty()) {
    throw SettingError("data", "is missing", "name the files of texts, joined by commas");
  }
  if (options.out.empty()) {
    throw SettingError("out", "is missing", "name the folder that the run is to be kept in");
  }
  const auto& encoder = options.model.encoder;
  if (encoder.activation == Activation::relu && !takes_activation(encoder.cell)) {
    throw SettingError("activation", "relu is for `cell` rnn alone",
                       "the gates of lstm and gru are fixed");
  }
  if (options.compute.device == DeviceKind::cuda) {
    throw SettingError("device", "cuda: the language model's softmax is for the CPU so far",
                       "take cpu");
  }
  if (encoder.dropout > 0.0 && encoder.layers == 1) {
    throw SettingError("layer-dropout", "acts between layers, and `layers` is 1",
                       "drop one of the two");
  }
  validate(options.model);
  validate_start(encoder.cell, options.initialization);
  validate(options.optimizer);
}

}  // namespace mnemo
