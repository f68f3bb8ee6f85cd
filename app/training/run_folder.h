// The folder that a training run leaves: names, layout, atomic writing, and reading with checks.
//
//   config.ini            the resolved settings, a valid --config file
//   tokenizer.model       SentencePiece model, of a text model
//   weights.safetensors   the best weights, named as in the PyTorch reference's state_dict
//   metrics.jsonl         one JSON object an epoch
//   meta.json             settings, labels, data, versions, machine, and a SHA-256 of each file
//
// A run folder is data only: reading it executes nothing.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace mnemo {

inline constexpr int kRunFormatVersion = 1;
inline constexpr const char* kConfigFile = "config.ini";
inline constexpr const char* kMetaFile = "meta.json";
inline constexpr const char* kMetricsFile = "metrics.jsonl";
inline constexpr const char* kTokenizerFile = "tokenizer.model";
inline constexpr const char* kWeightsFile = "weights.safetensors";
inline constexpr const char* kExportSettingsFile = "mnemo.json";

enum class IfExists { refuse, overwrite };

// Writes one run. Nothing stays on disk before the first weights: a run that fails or is killed
// earlier leaves no folder, and leaves an older run that it was to overwrite as it was.
class RunFolder {
 public:
  // Makes sure that the folder can be made and written to. Throws Error when it holds a run (unless
  // told to overwrite it) or anything else.
  RunFolder(const std::filesystem::path& path, IfExists if_exists);

  const std::filesystem::path& path() const { return path_; }
  // Whether there is a run on disk.
  bool committed() const { return committed_; }

  // Adds a file whose content does not change during the run. Before the first save_weights() only.
  void add_file(const std::string& name, std::string content);

  void append_metrics(const nlohmann::json& line);

  // Writes the weights, and meta.json (`meta` with version and hashes added), so that a crash at
  // any moment leaves a folder that reads as the old or the new weights. The first call makes the
  // folder, writes the files added so far, and only then removes the run that is overwritten.
  void save_weights(const std::string& weights, nlohmann::json meta);

  // Replaces meta.json alone: what became of the run.
  void save_meta(nlohmann::json meta);

 private:
  void commit(const std::string& weights, nlohmann::json& meta);
  std::string complete_meta(nlohmann::json& meta) const;

  std::filesystem::path path_;
  IfExists if_exists_;
  bool committed_ = false;
  std::map<std::string, std::string> added_;
  std::string metrics_;
  // SHA-256 by file name; for the weights the previous one too, which stands until the rename.
  std::map<std::string, std::string> hashes_;
  std::string previous_weights_hash_;
};

// A run folder's content, each file checked against its hash.
struct StoredRun {
  nlohmann::json meta;
  std::string config;
  std::string tokenizer;  // empty but for a text model
  std::string weights;

  // Of the model; null when there are none.
  nlohmann::json settings() const { return meta.value("settings", nlohmann::json()); }
};

// Throws Error, naming the file, for what is missing, damaged, foreign, or of a newer version.
StoredRun read_run(const std::filesystem::path& path);

// Adds to `meta` its format version and a hash over all of it, and returns the text to store.
std::string seal_meta(nlohmann::json& meta);

// Parses what seal_meta() returned and checks version and hash. `name` stands in messages.
nlohmann::json parse_meta(const std::string& text, const std::string& name);

}  // namespace mnemo
