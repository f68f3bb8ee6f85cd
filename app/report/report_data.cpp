#include "app/report/report_data.h"

#include <fmt/format.h>

#include <map>
#include <sstream>
#include <utility>
#include <vector>

#include "app/diagnosis/record.h"
#include "app/diagnosis/verdict.h"
#include "app/report/report_words.h"
#include "app/runs/run_folder.h"
#include "common/files.h"
#include "common/sha256.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ConfigLines = std::vector<std::pair<std::string, std::string>>;  // in the file's order

ConfigLines config_lines(const std::string& config) {
  ConfigLines settings;
  std::istringstream lines(config);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find(" = ");
    if (equals == std::string::npos || line.starts_with('#')) continue;
    settings.emplace_back(line.substr(0, equals), line.substr(equals + 3));
  }
  return settings;
}

json as_rows(const ConfigLines& settings) {
  auto rows = json::array();
  for (const auto& [name, value] : settings) rows.push_back({name, value});
  return rows;
}

std::string read_config(const fs::path& run, const json& meta) {
  std::string config = read_file(run / kConfigFile);
  const auto hash = json::json_pointer("/files/" + std::string(kConfigFile) + "/sha256");
  if (sha256_hex(config) != meta.value(hash, std::string())) {
    throw Error(
        fmt::format("{}: the file is damaged or was changed: its SHA-256 is not the one in {}",
                    (run / kConfigFile).string(), kMetaFile));
  }
  return config;
}

// Returns the settings that are not the defaults; files are facts, not settings.
json changed(const ConfigLines& settings, const std::string& defaults) {
  std::map<std::string, std::string> usual;
  for (auto& [name, value] : config_lines(defaults)) usual[name] = value;
  auto rows = json::array();
  for (const auto& [name, value] : settings) {
    const auto found = usual.find(name);
    if (name == "train" || name == "valid" || name == "data") continue;
    if (found != usual.end() && found->second == value) continue;
    rows.push_back({name, value, found == usual.end() ? json(nullptr) : json(found->second)});
  }
  return rows;
}

std::vector<json> lines_of(const fs::path& file) {
  std::vector<json> objects;
  if (!fs::exists(file)) return objects;
  std::istringstream lines(read_file(file));
  int64_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    auto object = json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object()) {
      throw Error(fmt::format("{}:{}: damaged: no JSON object", file.string(), number));
    }
    objects.push_back(std::move(object));
  }
  return objects;
}

std::string in_words(std::string name) {
  for (char& c : name) c = c == '_' ? ' ' : c;
  return name;
}

std::string joined(const json& names) {
  std::string text;
  for (const auto& name : names) {
    text += (text.empty() ? "" : ", ") + (name.is_string() ? name.get<std::string>() : name.dump());
  }
  return text;
}

// Rows of names and values: data, labels, lengths, the machine.
json facts(const json& meta) {
  auto rows = json::array();
  const auto data = meta.value("data", json::object());
  for (const auto& [name, value] : data.items()) {
    if (name.ends_with("sha256")) continue;
    rows.push_back({in_words(name), value.is_array() ? json(joined(value)) : value});
  }
  const auto settings = meta.value("settings", json::object());
  for (const char* name : {"labels", "features", "targets", "quantiles"}) {
    if (!settings.contains(name) || settings.at(name).empty()) continue;
    rows.push_back({name, joined(settings.at(name))});
  }
  const auto lengths = meta.value("lengths", json::object());
  for (const auto& [name, value] : lengths.items()) {
    rows.push_back({in_words(name), value});
  }
  if (const auto result = meta.value("result", json::object()); result.contains("ngrams")) {
    const auto& ngrams = result.at("ngrams");
    rows.push_back(
        {"n-grams beside the layers",
         fmt::format("{} of 1 to {} pieces; validation loss {:.4f}, of the layers alone "
                     "{:.4f}",
                     ngrams.value("count", 0), ngrams.value("longest", 0),
                     ngrams.value("valid_loss", 0.0), ngrams.value("recurrent_valid_loss", 0.0))});
  }
  if (const auto result = meta.value("result", json::object()); result.contains("autoregression")) {
    const auto& linear = result.at("autoregression");
    rows.push_back({"autoregression beside the layers",
                    fmt::format("counts {:.2f}; its validation loss {:.4f}, of the layers alone "
                                "{:.4f}",
                                linear.value("share", 0.0), linear.value("valid_loss", 0.0),
                                linear.value("recurrent_valid_loss", 0.0))});
  }
  if (const auto result = meta.value("result", json::object()); result.contains("refit")) {
    const auto& refit = result.at("refit");
    rows.push_back(
        {"refit", fmt::format("on {} windows, of all rows but the test part, for {} epochs; the "
                              "losses are those of the training before",
                              refit.value("windows", 0), refit.value("epochs", 0))});
  }
  if (const auto fitted = meta.value("fitted", json::object()); fitted.contains("linear_part")) {
    const auto& linear = fitted.at("linear_part");
    rows.push_back(
        {"linear part beside the layers",
         fmt::format("loss {:.4f} on series left out of its fit, of penalty {:g}",
                     linear.value("left_out_loss", 0.0), linear.value("strength", 0.0))});
  }
  if (!meta.contains("machine")) return rows;  // imported
  const auto machine = meta.at("machine");
  rows.push_back(
      {"computed on",
       fmt::format("{}, {} threads, {}", machine.value("cpu_capability", std::string("?")),
                   machine.value("threads", 0), machine.value("precision", std::string("?")))});
  rows.push_back({"LibTorch", meta.value("torch_version", std::string("?"))});
  return rows;
}

// The epochs were measured on rows of this part: where none were held out, not on such.
std::string measured_part(const json& data) {
  if (data.value("valid_series", 1) == 0) return "training";  // once more, without dropout
  if (data.value("valid_rows", 1) == 0) return "test";
  return "validation";
}

// A path as a shell takes it.
std::string quoted(const std::string& path) {
  if (path.find_first_not_of(
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+") ==
          std::string::npos &&
      !path.empty()) {
    return path;
  }
  std::string safe = "'";
  for (const char c : path) {
    safe += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return safe + "'";
}

// The name of another file like the one trained on, which the run reads as that one.
std::string file_like_training(const std::string& stem, const char* usual_ending,
                               const json& meta) {
  if (meta.value("/settings/reader/format"_json_pointer, "") == "folder") return stem;
  const fs::path train = meta.value("/data/train_file"_json_pointer, "");
  const bool is_packed = train.extension() == ".gz" || train.extension() == ".zst";
  const auto ending = is_packed ? train.stem().extension() : train.extension();
  return stem + (ending.empty() ? usual_ending : ending.string());
}

json commands(const ReportWords& words, const std::string& name, const json& meta) {
  const std::string run = quoted(name);
  auto rows = json::array();
  const auto add = [&](const char* what, const std::string& command) {
    rows.push_back({what, command});
  };
  if (!gives_answers(words.task)) {
    add(words.use, fmt::format(fmt::runtime(words.command), run));
    return rows;
  }
  const std::string data = quoted(file_like_training("test", words.ending, meta));
  const std::string trained_labels = meta.value("/data/labels_file"_json_pointer, "");
  // An .npz file names an array in it.
  const std::string labels =
      trained_labels.empty() || data.ends_with(".npz") ? trained_labels : "test_labels.npy";
  add("Measure it on answers that are known:",
      fmt::format("mnemo evaluate {} --data {}{}", run, data,
                  labels.empty() ? "" : " --labels " + quoted(labels)));
  const std::string input =
      "--input " + quoted(file_like_training(words.asked, words.ending, meta));
  add(words.asking, fmt::format("mnemo predict {} {}", run, input));
  add("See why it answers so:",
      fmt::format("mnemo explain {} {}", run, words.question == nullptr ? input : words.question));
  add("Make one file of it that any PyTorch loads:",
      fmt::format("mnemo export {} --out model.pt", run));
  return rows;
}

json diagnosis_of(const json& meta, const fs::path& run, const MessageForm& shown) {
  const auto probes = lines_of(run / kDiagnosisFile);
  if (probes.empty() || !meta.contains("diagnosis")) return nullptr;
  const auto told = with_remedies_as(shown, meta);
  return {{"findings", told.at("diagnosis").value("findings", json::array())},
          {"probe", probes.back()}};
}

}  // namespace

json report_data(const fs::path& run, Task task, const std::string& defaults,
                 const MessageForm& shown) try {
  const auto meta_file = run / kMetaFile;
  if (!fs::exists(meta_file)) {
    throw Error(fmt::format("{}: not a run folder: it has no {}", run.string(), kMetaFile));
  }
  const auto meta = parse_meta(read_file(meta_file), meta_file.string());
  const auto& words = report_words_of(task);
  const auto settings = config_lines(read_config(run, meta));
  json data = {{"name", run.string()},
               {"task", enum_name(task)},
               {"what", words.what},
               {"gives_answers", gives_answers(task)},
               {"mnemo_version", meta.value("mnemo_version", std::string("?"))},
               {"status", meta.value("status", std::string("?"))},
               {"best_epoch", meta.value("/result/best_epoch"_json_pointer, 0)},
               {"result", meta.value("result", json::object())},
               {"parameters", meta.value("parameters", json(nullptr))},
               {"facts", facts(meta)},
               {"settings", as_rows(settings)},
               {"changed", changed(settings, defaults)},
               {"epochs", lines_of(run / kMetricsFile)},
               {"diagnosis", diagnosis_of(meta, run, shown)},
               {"measured_part", measured_part(meta.value("data", json::object()))},
               {"commands", commands(words, run.string(), meta)}};
  if (const auto file = run / kEvaluationFile; fs::exists(file)) {
    data["evaluation"] = json::parse(read_file(file));
  }
  return data;
} catch (const json::exception& error) {
  throw Error(fmt::format("{}: damaged: {}", run.string(), error.what()));
}

}  // namespace mnemo
