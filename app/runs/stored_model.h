// A trained model on disk, before its task is known: a run folder, or a file that mnemo exported.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "app/runs/run_folder.h"
#include "app/settings/compute.h"
#include "app/settings/task.h"
#include "models/export/torchscript.h"

namespace mnemo {

struct StoredModel {
  std::filesystem::path path;
  Task task = Task::text;
  nlohmann::json meta;      // as stored
  nlohmann::json settings;  // of the model
  std::variant<StoredRun, TorchScriptModel> content;

  bool is_run() const { return std::holds_alternative<StoredRun>(content); }
  const std::string& tokenizer() const;  // text models only
};

// A folder is read as a run, a file as an export. Throws Error when it is neither, is damaged, or
// was made by a newer version.
StoredModel open_stored(const std::filesystem::path& path);

// The same for a model that answers: throws Error for a language model, too.
StoredModel open_model(const std::filesystem::path& path);

// The model itself, if it is a run. Throws Error for an exported file, which does not show its
// inside.
const StoredModel& require_run(const StoredModel& stored);

// Loads a run's weights into its model; throws Error for those that do not fit.
void load_weights(const StoredModel& run, torch::nn::Module& model);

// Throws UsageError for a precision that an exported file cannot compute in.
void require_computable(const StoredModel& model, const ComputeOptions& compute);

}  // namespace mnemo
