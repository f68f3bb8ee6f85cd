#include "app/runs/stored_model.h"

#include <fmt/format.h>

#include "app/settings/json_fields.h"
#include "common/files.h"
#include "mnemo/error.h"
#include "models/safetensors.h"

namespace mnemo {
namespace {

Task task_of(const nlohmann::json& meta, const std::string& name) {
  return read_settings(name, [&] {
    Task task{};
    FieldReader(meta).field("task", task);
    return task;
  });
}

StoredModel open_run(const std::filesystem::path& path) {
  auto run = read_run(path);
  StoredModel model{.path = path,
                    .task = task_of(run.meta, (path / kMetaFile).string()),
                    .meta = run.meta,
                    .settings = run.settings(),
                    .content = std::move(run)};
  return model;
}

StoredModel open_export(const std::filesystem::path& path) {
  TorchScriptModel script(read_file(path), {kExportSettingsFile, kTokenizerFile}, path.string());
  const auto& files = script.extra_files();
  if (!files.contains(kExportSettingsFile)) {
    throw Error(fmt::format("{}: not a model that mnemo exported: it holds no {}", path.string(),
                            kExportSettingsFile));
  }
  auto meta = parse_meta(files.at(kExportSettingsFile), path.string());
  const Task task = task_of(meta, path.string());
  return {.path = path,
          .task = task,
          .meta = meta,
          .settings = std::move(meta),
          .content = std::move(script)};
}

}  // namespace

const std::string& StoredModel::tokenizer() const {
  if (const auto* run = std::get_if<StoredRun>(&content)) {
    if (!run->tokenizer.empty()) return run->tokenizer;
  } else {
    const auto& files = std::get<TorchScriptModel>(content).extra_files();
    if (const auto found = files.find(kTokenizerFile); found != files.end()) return found->second;
  }
  throw Error(
      fmt::format("{}: it holds no {}, which a text model needs", path.string(), kTokenizerFile));
}

StoredModel open_stored(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) {
    throw Error(fmt::format("{}: no such run folder or exported model", path.string()));
  }
  return std::filesystem::is_directory(path) ? open_run(path) : open_export(path);
}

StoredModel open_model(const std::filesystem::path& path) {
  auto stored = open_stored(path);
  if (gives_answers(stored.task)) return stored;
  throw Error(fmt::format(
      "{0}: a pretrained language model, which gives no answers: train a classifier of texts that "
      "begins with it, with `init-from` {0}",
      path.string()));
}

const StoredModel& require_run(const StoredModel& stored) {
  if (stored.is_run()) return stored;
  throw Error(fmt::format(
      "{}: an exported model does not show what is inside; name the run folder it was made of",
      stored.path.string()));
}

void load_weights(const StoredModel& run, torch::nn::Module& model) {
  const std::string name = (run.path / kWeightsFile).string();
  load_tensors(model, from_safetensors(std::get<StoredRun>(run.content).weights, name), name);
}

void require_computable(const StoredModel& model, const ComputeOptions& compute) {
  if (model.is_run() || compute.precision != Precision::bf16) return;
  throw SettingError(
      "precision",
      fmt::format("bf16: {} is an exported model, which computes in fp32", model.path.string()),
      "name the run folder instead, or leave the option out");
}

}  // namespace mnemo
