#include "app/tasks/language/pretrain_text_options.h"

#include "app/runs/checkpoint_options.h"
#include "app/settings/cell_settings.h"
#include "mnemo/error.h"

namespace mnemo {

void validate(const PretrainTextOptions& options) {
  if (options.files.empty()) {
    throw SettingError("data", "is missing", "name the files of texts, joined by commas");
  }
  require_run_folder(options.out);
  if (options.compute.device == DeviceKind::cuda) {
    throw SettingError("device", "cuda: the language model's softmax is for the CPU so far",
                       "take cpu");
  }
  validate(options.model);
  const auto& encoder = options.model.encoder;
  validate(LayerSettings{.cell = encoder.cell,
                         .activation = encoder.activation,
                         .layer_dropout = encoder.dropout,
                         .recurrent_dropout = encoder.recurrent_dropout,
                         .single_layer = encoder.layers == 1 ? "`layers` is 1" : ""},
           options.initialization);
  validate(options.optimizer);
}

}  // namespace mnemo
