// mnemo info: what a run folder or an exported model is.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/option_table.h"
#include "app/enum_tables.h"
#include "app/inference/text_settings.h"
#include "app/training/run_folder.h"
#include "common/files.h"
#include "models/export/torchscript.h"

namespace mnemo {
namespace {

struct Described {
  nlohmann::json meta;      // as stored
  nlohmann::json settings;  // of the model
  std::string form;
};

Described describe(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) {
    auto run = read_run(path);
    auto settings = run.settings();
    return {std::move(run.meta), std::move(settings), "run folder"};
  }
  const TorchScriptClassifier model(read_file(path), {kExportSettingsFile}, path.string());
  auto meta = parse_meta(model.extra_files().at(kExportSettingsFile), path.string());
  return {meta, meta, "exported model (TorchScript)"};
}

std::string to_text(const Described& described, const std::string& path) {
  const auto settings = text_settings_from_json(described.settings, path);
  const auto& model = settings.model;
  std::string text = fmt::format(
      "{}: {}, task text, made by mnemo {}\nlabels     {}\n"
      "model      embedding {} x {}, {} {}{} of {}, pooling {}, {} logit{}\n"
      "texts      at most {} pieces, of longer ones stays: {}\n",
      path, described.form, described.meta.value("mnemo_version", "unknown"),
      fmt::join(settings.labels.names(), ", "), model.vocab_size, model.embedding_dim,
      model.encoder.layers, model.encoder.bidirectional ? "bidirectional " : "",
      enum_name(model.encoder.cell), model.encoder.hidden_size,
      described.settings.at("model").at("pooling").dump(), model.logits(),
      model.logits() == 1 ? "" : "s", settings.limit.max_length,
      enum_name(settings.limit.truncate));
  if (described.meta.contains("status")) {
    text += fmt::format("training   {}", described.meta.at("status").get<std::string>());
    if (described.meta.contains("result")) {
      const auto& result = described.meta.at("result");
      text += fmt::format(", best epoch {}, validation accuracy {:.4f}",
                          result.at("best_epoch").get<int64_t>(),
                          result.at("valid_accuracy").get<double>());
    }
    text += fmt::format("\ndata       {}\n", described.meta.at("data").dump());
  }
  return text;
}

}  // namespace

int info_command(const std::vector<std::string>& arguments) {
  std::string path;
  bool json = false;
  OptionTable table("mnemo info RUN|MODEL [--json]", "Tells what a run or an exported model is.");
  table.positional("model", path, "run folder or exported model");
  table.group("Output");
  table.flag("json", json, "one JSON object: all that is stored");
  if (!table.parse(arguments)) {
    print_result(table.help());
    return 0;
  }
  if (path.empty()) throw UsageError("name a run folder or an exported model");
  const auto described = describe(path);
  print_result(json ? described.meta.dump(2) + "\n" : to_text(described, path));
  return 0;
}

}  // namespace mnemo
