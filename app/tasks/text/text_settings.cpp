#include "app/tasks/text/text_settings.h"

#include <nlohmann/json.hpp>

#include "app/settings/data_json.h"
#include "app/settings/enum_tables.h"
#include "app/settings/json_fields.h"
#include "app/settings/layer_fields.h"

namespace mnemo {
namespace {

template <typename Fields, typename Model>
void describe_text_model(Fields& fields, Model& model) {
  fields.field("vocab_size", model.vocab_size);
  fields.field("embedding_dim", model.embedding_dim);
  fields.field("word_dropout", model.word_dropout);
  fields.field("embedding_dropout", model.embedding_dropout);
  fields.field("layers", model.encoder.layers);
  fields.field("hidden_size", model.encoder.hidden_size);
  describe_layers(fields, model);
  fields.note("batch_norm_eps", kBatchNormEps);  // for those who build the model in Python
  fields.note("batch_norm_momentum", kBatchNormMomentum);
  fields.field("language_head", model.language_head);
  fields.field("ngrams", model.ngrams);
  fields.field("ngram_count", model.ngram_count);
  fields.newer("answer", model.answer, TextAnswer::classes);
}

template <typename Fields, typename Reader>
void describe_text_reader(Fields& fields, Reader& reader) {
  fields.field("format", reader.known_format);
  fields.field("ending", reader.ending);
  fields.field("text_column", reader.text_column);
  fields.field("label_column", reader.label_column);
  fields.newer("several_labels", reader.several_labels, false);
  fields.newer("label_delimiter", reader.label_delimiter, std::string());
  fields.field("header", reader.header);
  fields.field("delimiter", reader.delimiter);
  fields.field("known_delimiter", reader.known_delimiter);
  fields.field("quoting", reader.quoting);
  fields.field("invalid_utf8", reader.invalid_utf8);
  fields.field("is_remembered", reader.is_remembered);
}

template <typename Fields, typename Settings>
void describe_text_settings(Fields& fields, Settings& settings) {
  fields.object("model", [&](auto& inner) { describe_text_model(inner, settings.model); });
  fields.field("labels", settings.labels);
  fields.newer("thresholds", settings.thresholds, std::vector<double>());
  fields.field("max_length", settings.limit.max_length);
  fields.field("truncate", settings.limit.truncate);
  fields.newer_object("reader", [&](auto& inner) { describe_text_reader(inner, settings.reader); });
  fields.note("pad_id", Tokenizer::kPadId);
}

void require_thresholds(const TextSettings& settings) {
  const auto found = std::ssize(settings.thresholds);
  if (found == 0 || found == settings.labels.size()) return;
  throw Error(
      fmt::format("there are {} \"thresholds\" of {} labels", found, settings.labels.size()));
}

}  // namespace

std::vector<double> thresholds_of(const TextSettings& settings) {
  if (!settings.thresholds.empty()) return settings.thresholds;
  return std::vector<double>(static_cast<size_t>(settings.labels.size()), kUsualThreshold);
}

void complete_model(TextSettings& settings) {
  settings.model.classes =
      settings.model.answer == TextAnswer::numbers ? 1 : settings.labels.size();
}

nlohmann::json to_json(const TextSettings& settings) {
  FieldWriter fields;
  describe_text_settings(fields, settings);
  return fields.take();
}

TextSettings text_settings_from_json(const nlohmann::json& object, const std::string& name) {
  return read_settings(name, [&] {
    TextSettings settings;
    FieldReader fields(object);
    describe_text_settings(fields, settings);
    auto& model = settings.model;
    require_sound(model.encoder.cell, model.transformer);
    complete_model(settings);
    require_thresholds(settings);
    model.transformer.longest = settings.limit.max_length;
    return settings;
  });
}

}  // namespace mnemo
