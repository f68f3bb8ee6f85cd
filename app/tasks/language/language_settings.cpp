#include "app/tasks/language/language_settings.h"

#include <nlohmann/json.hpp>

#include "app/settings/enum_tables.h"
#include "app/settings/json_enums.h"

namespace mnemo {

nlohmann::json to_json(const LanguageModelOptions& model) {
  const auto& encoder = model.encoder;
  return {{"model",
           {{"vocab_size", model.vocab_size},
            {"embedding_dim", model.embedding_dim},
            {"cell", enum_name(encoder.cell)},
            {"activation", enum_name(encoder.activation)},
            {"layers", encoder.layers},
            {"hidden_size", encoder.hidden_size},
            {"bidirectional", encoder.bidirectional},
            {"layer_dropout", encoder.dropout},
            {"recurrent_dropout", encoder.recurrent_dropout},
            {"embedding_dropout", model.embedding_dropout},
            {"output_dropout", model.output_dropout}}}};
}

LanguageModelOptions language_model_from_json(const nlohmann::json& json, const std::string& name) {
  return read_settings(name, [&] {
    const auto& object = json.at("model");
    LanguageModelOptions model;
    auto& encoder = model.encoder;
    object.at("vocab_size").get_to(model.vocab_size);
    object.at("embedding_dim").get_to(model.embedding_dim);
    encoder.cell = read_enum<Cell>(object, "cell");
    encoder.activation = read_enum<Activation>(object, "activation");
    object.at("layers").get_to(encoder.layers);
    object.at("hidden_size").get_to(encoder.hidden_size);
    object.at("bidirectional").get_to(encoder.bidirectional);
    object.at("layer_dropout").get_to(encoder.dropout);
    object.at("recurrent_dropout").get_to(encoder.recurrent_dropout);
    object.at("embedding_dropout").get_to(model.embedding_dropout);
    object.at("output_dropout").get_to(model.output_dropout);
    return model;
  });
}

}  // namespace mnemo
