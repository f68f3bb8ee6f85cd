// All that besides weights and tokenizer makes a text classifier: architecture, labels, length
// limit. The same JSON object stands in a run's meta.json and inside an exported model.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "datasets/encoded_texts.h"
#include "datasets/labels.h"
#include "datasets/text_reader.h"
#include "models/text_classifier.h"

namespace mnemo {

struct TextSettings {
  TextClassifierOptions model;
  LengthLimit limit;
  LabelSet labels;
  TextReaderOptions reader = {};  // for files that are read as the training file was
};

nlohmann::json to_json(const TextSettings& settings);

// Throws Error, with `name` and which key, when one is missing or holds what it should not.
TextSettings text_settings_from_json(const nlohmann::json& json, const std::string& name);

}  // namespace mnemo
