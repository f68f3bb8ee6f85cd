#include "app/runs/checkpoint.h"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <string_view>

#include "common/files.h"
#include "common/sha256.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kFormat = 3;

[[noreturn]] void throw_damaged(const fs::path& path, const std::string& reason) {
  throw Error(
      fmt::format("{}: the checkpoint is damaged: {}; remove it to train from the beginning",
                  path.string(), reason));
}

}  // namespace

CheckpointPlan parse_checkpoint_plan(const std::string& text) {
  int64_t count = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit = std::string_view(text).substr(size_t(end - text.data()));
  const bool is_count = error == std::errc() && count >= 0 && count <= 1'000'000'000;
  if (is_count && (unit == "steps" || unit == "step")) return {.steps = count};
  const std::map<std::string_view, double> seconds = {{"s", 1.0}, {"m", 60.0}, {"h", 3600.0}};
  const auto found = seconds.find(unit);
  if (is_count && found != seconds.end()) {
    return {.seconds = static_cast<double>(count) * found->second};
  }
  if (text == "0") return {};
  throw SettingError(
      "checkpoint-every",
      fmt::format(
          "{}: expected steps, as in 500steps, or a time, as in 30s, 5m or 1h; 0: only when "
          "the training is interrupted",
          text));
}

// A line of JSON, then the tensors as a safetensors file has them.
void write_checkpoint(RunFolder& folder, const Checkpoint& checkpoint) {
  const std::string tensors = to_safetensors(checkpoint.state.tensors);
  json head = {{"checkpoint", kFormat},
               {"training_id", checkpoint.training_id},
               {"config", checkpoint.config},
               {"basis", checkpoint.basis},
               {"result", checkpoint.result},
               {"metrics", checkpoint.metrics},
               {"diagnosis", checkpoint.diagnosis},
               {"progress", checkpoint.state.progress},
               {"tensors_sha256", sha256_hex(tensors)}};
  folder.save_checkpoint(seal_meta(head, /*indent=*/-1), tensors);
}

std::optional<Checkpoint> read_checkpoint(const fs::path& run) {
  const auto path = run / kCheckpointFile;
  if (!fs::exists(path)) return std::nullopt;
  const std::string bytes = read_file(path);
  const auto end = bytes.find('\n');
  if (end == std::string::npos) throw_damaged(path, "it has no head");
  const json head = parse_meta(bytes.substr(0, end), path.string());
  const std::string_view tensors = std::string_view(bytes).substr(end + 1);
  try {
    if (head.at("checkpoint").get<int>() != kFormat) {
      throw Error(
          fmt::format("{}: a checkpoint of another mnemo ({}); go on with that one, or begin "
                      "anew with `overwrite`",
                      path.string(), head.value("mnemo_version", std::string("unknown"))));
    }
    if (sha256_hex(tensors) != head.at("tensors_sha256").get<std::string>()) {
      throw_damaged(path, "its numbers do not fit their SHA-256");
    }
    return Checkpoint{.training_id = head.at("training_id").get<std::string>(),
                      .config = head.at("config").get<std::string>(),
                      .basis = head.at("basis"),
                      .result = head.at("result"),
                      .metrics = head.at("metrics").get<std::string>(),
                      .diagnosis = head.at("diagnosis").get<std::string>(),
                      .state = {.progress = head.at("progress").get<std::string>(),
                                .tensors = from_safetensors(tensors, path.string())}};
  } catch (const json::exception& error) {
    throw_damaged(path, error.what());
  }
}

void require_same_basis(const json& before, const json& now, const fs::path& run) {
  if (before == now) return;
  const auto value = [](const json& basis, const std::string& name) {
    return basis.contains(name) ? basis.at(name).dump() : std::string("nothing");
  };
  const auto changed = [&](const std::string& what) {
    return Error({.setting = "resume",
                  .problem = fmt::format(": {} since {} was begun, so it would be another training",
                                         what, run.string()),
                  .remedy = "restore it, or begin anew with `overwrite`"});
  };
  json all = before;
  all.update(now);
  // A file first: what else has changed, as the tokenizer, may come of it.
  for (const auto& [name, hash] : all.items()) {
    if (name.ends_with("_file_sha256") && value(before, name) != value(now, name)) {
      const auto file = name.substr(0, name.size() - std::string_view("_sha256").size());
      throw changed(fmt::format("the content of {} has changed", value(now, file)));
    }
  }
  for (const auto& [name, ignored] : all.items()) {
    if (value(before, name) == value(now, name)) continue;
    throw changed(fmt::format("{} is {} and was {}", name, value(now, name), value(before, name)));
  }
}

}  // namespace mnemo
