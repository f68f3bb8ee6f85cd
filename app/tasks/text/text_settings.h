// All that besides weights and tokenizer makes a text classifier: architecture, labels, length
// limit. The same JSON object stands in a run's meta.json and inside an exported model.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "datasets/encoded_texts.h"
#include "datasets/labels.h"
#include "datasets/text_reader.h"
#include "models/text_classifier.h"

namespace mnemo {

struct TextSettings {
  TextClassifierOptions model;
  LengthLimit limit;
  LabelSet labels;  // none of a model that answers with numbers
  // Several labels have as many: a text has those whose probability is no less. Empty: a half each.
  std::vector<double> thresholds = {};
  TextReaderOptions reader = {};  // for files that are read as the training file was
};

inline constexpr double kUsualThreshold = 0.5;

// The threshold of each label.
std::vector<double> thresholds_of(const TextSettings& settings);

// Fills in what `model` must know of labels, or of the one number.
void complete_model(TextSettings& settings);

nlohmann::json to_json(const TextSettings& settings);

// Throws Error, with `name` and which key, when one is missing or holds what it should not.
TextSettings text_settings_from_json(const nlohmann::json& json, const std::string& name);

}  // namespace mnemo
