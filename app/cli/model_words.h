// Words and settings that the tasks' models share, for `mnemo info` and `mnemo export`.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "app/runs/stored_model.h"
#include "models/recurrent/recurrent_encoder.h"
#include "models/transformer/transformer_encoder.h"

namespace mnemo {

// Names what a Transformer has beside what cells have; empty for a cell.
std::string transformer_parts(Cell cell, const TransformerOptions& options);

// The settings that go along in an exported file, so that mnemo can use it as it uses a run.
nlohmann::json exported_settings(const StoredModel& stored, nlohmann::json settings);

}  // namespace mnemo
