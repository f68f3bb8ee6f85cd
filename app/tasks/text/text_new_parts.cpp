#include "app/tasks/text/text_new_parts.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/settings/enum_tables.h"
#include "app/tasks/text/train_text_options.h"

namespace mnemo {
namespace {

NewParts new_of_classifier(const StoredModel& run, const TextSettings& settings, const Warn& warn) {
  if (run.task == Task::language) {
    return {.names = {"pooling", "batch_norm", "layer_norm", kDenseLayer},
            .reason = fmt::format("{} is a language model", run.path.string())};
  }
  const auto before = text_settings_from_json(run.settings, run.path.string());
  warn_of_other_settings(run, to_json(settings), marks_of<TrainTextOptions>(), warn);
  if (before.model.answer != settings.model.answer) {
    return new_dense_layer(fmt::format("{} answers with {}, and this model with {}",
                                       run.path.string(), enum_name(before.model.answer),
                                       enum_name(settings.model.answer)));
  }
  if (before.labels.names() == settings.labels.names()) return {};
  return new_dense_layer(tell_others("labels", settings.labels.names(), before.labels.names()));
}

}  // namespace

NewParts new_parts(const StoredModel* run, const TextSettings& settings, const Warn& warn) {
  auto parts = run == nullptr ? NewParts() : new_of_classifier(*run, settings, warn);
  parts.trains_along = {"language_head", "aux_dense", "ngrams"};
  return parts;
}

}  // namespace mnemo
