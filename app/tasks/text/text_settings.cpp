#include "app/tasks/text/text_settings.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/settings/enum_tables.h"
#include "app/settings/json_enums.h"
#include "app/settings/transformer_json.h"

namespace mnemo {
namespace {

using nlohmann::json;

json text_model_to_json(const TextClassifierOptions& model) {
  return {{"vocab_size", model.vocab_size},
          {"embedding_dim", model.embedding_dim},
          {"word_dropout", model.word_dropout},
          {"embedding_dropout", model.embedding_dropout},
          {"cell", enum_name(model.encoder.cell)},
          {"activation", enum_name(model.encoder.activation)},
          {"layers", model.encoder.layers},
          {"hidden_size", model.encoder.hidden_size},
          {"bidirectional", model.encoder.bidirectional},
          {"layer_dropout", model.encoder.dropout},
          {"pooling", names_of(model.pooling.kinds)},
          {"heads", model.pooling.heads},
          {"dropout", model.dropout},
          {"output_dropout", model.output_dropout},
          {"variational_dropout", model.encoder.variational},
          {"recurrent_dropout", model.encoder.recurrent_dropout},
          {"inner_norm", enum_name(model.encoder.inner_norm)},
          {"norm", enum_name(model.norm.kind)},
          {"aux_classes", model.aux_classes},
          {"language_head", model.language_head},
          {"ngrams", model.ngrams},
          {"ngram_count", model.ngram_count},
          {"batch_norm_eps", model.norm.batch_eps},
          {"batch_norm_momentum", model.norm.batch_momentum}};
}

TextClassifierOptions text_model_from_json(const json& object) {
  TextClassifierOptions model;
  object.at("vocab_size").get_to(model.vocab_size);
  object.at("embedding_dim").get_to(model.embedding_dim);
  object.at("word_dropout").get_to(model.word_dropout);
  object.at("embedding_dropout").get_to(model.embedding_dropout);
  model.encoder.cell = read_enum<Cell>(object, "cell");
  model.encoder.activation = read_enum<Activation>(object, "activation");
  object.at("layers").get_to(model.encoder.layers);
  object.at("hidden_size").get_to(model.encoder.hidden_size);
  object.at("bidirectional").get_to(model.encoder.bidirectional);
  object.at("layer_dropout").get_to(model.encoder.dropout);
  if (model.encoder.cell == Cell::transformer) model.transformer = transformer_from_json(object);
  model.pooling.kinds = read_enums<Pooling>(object, "pooling");
  object.at("heads").get_to(model.pooling.heads);
  object.at("dropout").get_to(model.dropout);
  model.output_dropout = object.value("output_dropout", 0.0);
  model.encoder.variational = object.value("variational_dropout", false);
  model.encoder.recurrent_dropout = object.value("recurrent_dropout", 0.0);
  model.encoder.inner_norm = read_enum_or<Norm>(object, "inner_norm", Norm::none);
  model.aux_classes = object.value("aux_classes", int64_t{0});
  model.language_head = object.value("language_head", false);
  model.ngrams = object.value("ngrams", int64_t{0});
  model.ngram_count = object.value("ngram_count", int64_t{0});
  const bool had_batch_norm = object.value("batch_norm", false);  // as it was called once
  model.norm.kind = read_enum_or<Norm>(object, "norm", had_batch_norm ? Norm::batch : Norm::none);
  object.at("batch_norm_eps").get_to(model.norm.batch_eps);
  object.at("batch_norm_momentum").get_to(model.norm.batch_momentum);
  return model;
}

}  // namespace

json to_json(const TextSettings& settings) {
  const auto& model = settings.model;
  return {
      {"model", with_transformer(text_model_to_json(model), model.encoder.cell, model.transformer)},
      {"labels", settings.labels.names()},
      {"max_length", settings.limit.max_length},
      {"truncate", enum_name(settings.limit.truncate)},
      {"pad_id", Tokenizer::kPadId}};
}

TextSettings text_settings_from_json(const json& object, const std::string& name) {
  return read_settings(name, [&] {
    TextSettings settings;
    settings.labels = LabelSet(object.at("labels").get<std::vector<std::string>>());
    settings.model = text_model_from_json(object.at("model"));
    settings.model.classes = settings.labels.size();
    object.at("max_length").get_to(settings.limit.max_length);
    settings.model.transformer.longest = settings.limit.max_length;
    settings.limit.truncate = read_enum<Truncate>(object, "truncate");
    return settings;
  });
}

}  // namespace mnemo
