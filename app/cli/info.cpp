// mnemo info: what a run folder or an exported model is.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/option_table.h"
#include "app/cli/task_commands.h"
#include "app/diagnosis/verdict.h"
#include "app/runs/stored_model.h"
#include "app/settings/enum_tables.h"
#include "app/tasks/start/language_settings.h"

namespace mnemo {
namespace {

std::string describe_pretrained(const StoredModel& stored) {
  const auto model = language_model_from_json(stored.settings, stored.path.string());
  return fmt::format(
      "model      language model, {}{} of {}, embedding of {}, {} pieces; begin a classifier with "
      "it: mnemo train text --init-from\n",
      model.encoder.bidirectional ? "bidirectional " : "", enum_name(model.encoder.cell),
      model.encoder.hidden_size, model.embedding_dim, model.vocab_size);
}

std::string describe(const StoredModel& stored) {
  if (stored.is_pretrained) return describe_pretrained(stored);
  return commands_of(stored.task).describe(stored);
}

std::string to_text(const StoredModel& stored) {
  std::string text = fmt::format("{}: {}, task {}, made by mnemo {}\n", stored.path.string(),
                                 stored.is_run() ? "run folder" : "exported model (TorchScript)",
                                 stored.is_pretrained ? kPretrainedText : enum_name(stored.task),
                                 stored.meta.value("mnemo_version", "unknown"));
  text += describe(stored);
  if (stored.meta.contains("status")) {
    text += fmt::format("training   {}", stored.meta.at("status").get<std::string>());
    if (stored.meta.contains("result")) {
      const auto& result = stored.meta.at("result");
      text += fmt::format(", best epoch {}", result.at("best_epoch").get<int64_t>());
      for (const char* metric : {"accuracy", "mse", "bits"}) {
        const std::string key = fmt::format("valid_{}", metric);
        if (!result.contains(key)) continue;
        text += fmt::format(", validation {} {:.4f}", metric, result.at(key).get<double>());
      }
    }
    text += fmt::format("\ndata       {}\n", stored.meta.at("data").dump());
  }
  return text;
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
  const auto stored = open_stored(path);
  print_result(json ? with_flags_in_findings(stored.meta).dump(2) + "\n" : to_text(stored));
  return 0;
}

}  // namespace mnemo
