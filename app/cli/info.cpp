// mnemo info: what a run folder or an exported model is.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/flags.h"
#include "app/cli/option_table.h"
#include "app/cli/task_commands.h"
#include "app/diagnosis/verdict.h"
#include "app/runs/run_folder.h"
#include "app/runs/run_lock.h"
#include "app/runs/stored_model.h"
#include "app/support/wording.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// Says what a training that was cut off, or is under way, can still become.
std::string training_words(RunState state, const std::filesystem::path& run) {
  const bool has_checkpoint = std::filesystem::exists(run / kCheckpointFile);
  const std::string goes_on = has_checkpoint
                                  ? "; its command with --resume goes on from its checkpoint"
                                  : "; its command with --resume begins anew";
  switch (state) {
    case RunState::training:
      if (is_held(run)) return "under way now";
      return "cut off, by a kill or a crash" + goes_on;
    case RunState::interrupted:
      return std::string(enum_name(state)) + goes_on;
    case RunState::unknown:
    case RunState::finished:
    case RunState::stopped_early:
    case RunState::diverged:
    case RunState::imported:
      return enum_name(state);
  }
  throw Error("unhandled state of a training");
}

std::string describe_result(const nlohmann::json& meta) {
  if (!meta.contains("result")) return {};
  const auto& result = meta.at("result");
  std::string text = fmt::format(", best epoch {}", result.at("best_epoch").get<int64_t>());
  if (meta.contains("epochs")) text += fmt::format(" of {}", meta.at("epochs").get<int64_t>());
  text += fmt::format(", validation loss {:.4f}", result.at("valid_loss").get<double>());
  for (const char* metric : {"accuracy", "bits"}) {
    const std::string key = fmt::format("valid_{}", metric);
    if (!result.contains(key)) continue;
    text += fmt::format(", {} {:.4f}", metric, result.at(key).get<double>());
  }
  return text;
}

// A line each for what the run was trained on, without fingerprints.
std::string describe_data(const nlohmann::json& data) {
  std::string text;
  for (const auto& [name, value] : data.items()) {
    if (name.ends_with("sha256") || name == "new_parameters") continue;
    std::string words = name;
    std::ranges::replace(words, '_', ' ');
    text += fmt::format("{:<10} {}: {}\n", text.empty() ? "data" : "", words,
                        value.is_string() ? value.get<std::string>() : value.dump());
  }
  return text;
}

std::string describe_size(const nlohmann::json& meta) {
  if (!meta.contains("parameters") || !meta.contains("model_bytes")) return {};
  const auto bytes = static_cast<int64_t>(meta.at("model_bytes").get<double>());
  return fmt::format("size       {} parameters, {}\n",
                     format_count(meta.at("parameters").get<double>()), format_bytes(bytes));
}

std::string to_text(const StoredModel& stored) {
  const auto& meta = stored.meta;
  std::string text = fmt::format("{}: {}, task {}, made by mnemo {}\n", stored.path.string(),
                                 stored.is_run() ? "run folder" : "exported model (TorchScript)",
                                 enum_name(stored.task), meta.value("mnemo_version", "unknown"));
  text += commands_of(stored.task).describe(stored) + describe_size(meta);
  if (!meta.contains("status")) return text;
  text += fmt::format("training   {}{}\n", training_words(run_state_in(meta), stored.path),
                      describe_result(meta));
  return text + describe_data(meta.at("data"));
}

// A training that was cut off before it kept any weights leaves no more than a checkpoint.
bool has_no_weights_yet(const std::filesystem::path& path) {
  return std::filesystem::exists(path / kCheckpointFile) &&
         !std::filesystem::exists(path / kMetaFile);
}

int tell_of_checkpoint(const std::filesystem::path& path, bool as_json) {
  const auto state = RunState::training;
  if (as_json) {
    print_result(nlohmann::json{{"status", enum_name(state)}, {"has_checkpoint", true}}.dump(2) +
                 "\n");
  } else {
    print_result(fmt::format("{}: run folder without weights so far\ntraining   {}\n",
                             path.string(), training_words(state, path)));
  }
  return 0;
}

}  // namespace

int info_command(const std::vector<std::string>& arguments) {
  std::string path;
  bool json = false;
  OptionTable table("mnemo info RUN|MODEL [--json]", "Tells what a run or an exported model is.");
  table.positional("model", path);
  table.group("Output");
  table.flag("json", json, "one JSON object: all that is stored");
  if (!table.parse(arguments)) {
    print_result(table.help());
    return 0;
  }
  if (path.empty()) throw UsageError("name a run folder or an exported model");
  if (has_no_weights_yet(path)) return tell_of_checkpoint(path, json);
  const auto stored = open_stored(path);
  print_result(json ? with_remedies_as(with_flags, stored.meta).dump(2) + "\n" : to_text(stored));
  return 0;
}

}  // namespace mnemo
