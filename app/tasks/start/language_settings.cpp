#include "app/tasks/start/language_settings.h"

#include "app/settings/enum_tables.h"
#include "app/settings/json_fields.h"
#include "app/settings/layer_fields.h"

namespace mnemo {
namespace {

template <typename Fields, typename Model>
void describe_language_model(Fields& fields, Model& model) {
  fields.field("vocab_size", model.vocab_size);
  fields.field("embedding_dim", model.embedding_dim);
  fields.field("layers", model.encoder.layers);
  fields.field("hidden_size", model.encoder.hidden_size);
  describe_recurrence(fields, model);
  fields.field("embedding_dropout", model.embedding_dropout);
}

}  // namespace

nlohmann::json to_json(const LanguageModelOptions& model) {
  FieldWriter fields;
  fields.object("model", [&](auto& inner) { describe_language_model(inner, model); });
  return fields.take();
}

LanguageModelOptions language_model_from_json(const nlohmann::json& json, const std::string& name) {
  return read_settings(name, [&] {
    LanguageModelOptions model;
    FieldReader(json).object("model", [&](auto& inner) { describe_language_model(inner, model); });
    return model;
  });
}

}  // namespace mnemo
