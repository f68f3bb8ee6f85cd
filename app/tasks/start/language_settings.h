// All that besides weights and tokenizer makes a pretrained language model: its architecture. The
// JSON object stands in meta.json of its run folder.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "models/language_model.h"

namespace mnemo {

nlohmann::json to_json(const LanguageModelOptions& model);

// Throws Error, with `name` and which key, when one is missing or holds what it should not.
LanguageModelOptions language_model_from_json(const nlohmann::json& json, const std::string& name);

}  // namespace mnemo
