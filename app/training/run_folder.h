// The folder that a training run leaves: names, layout, atomic writing, and reading with checks.
//
//   config.ini            the resolved settings, a valid --config file
//   tokenizer.model       SentencePiece model
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

// Writes one run. Nothing stays on disk before commit(): a run that fails or is killed earlier
// leaves no folder, and leaves an older run that it was to overwrite as it was.
class RunFolder {
 public:
  // Makes sure that the folder can be made and written to. Throws Error when it holds a run (unless
  // told to overwrite it) or anything else.
  RunFolder(const std::filesystem::path& path, IfExists if_exists);

  const std::filesystem::path& path() const { return path_; }

  // Adds a file whose content does not change during the run. Before commit() only.
  void add_file(const std::string& name, std::string content);

  // Makes the folder, removes the overwritten run, if any, and writes the files added so far.
  void commit();
  bool committed() const { return committed_; }

  void append_metrics(const nlohmann::json& line);

  // Replaces the weights, and meta.json (`meta` with version and hashes added), so that a crash at
  // any moment leaves a folder that reads as the old or the new weights.
  void save_weights(const std::string& weights, nlohmann::json meta);

  // Replaces meta.json alone: what became of the run.
  void save_meta(nlohmann::json meta);

 private:
  void write_meta(nlohmann::json& meta) const;

  std::filesystem::path path_;
  bool committed_ = false;
  bool has_weights_ = false;
  std::map<std::string, std::string> pending_;
  std::string metrics_;
  // SHA-256 by file name; for the weights the previous ones too, which stand until the rename.
  std::map<std::string, std::string> hashes_;
  std::string previous_weights_hash_;
};

// A run folder's content, each file checked against its hash.
struct StoredRun {
  nlohmann::json meta;
  std::string config;
  std::string tokenizer;
  std::string weights;
};

// Throws Error, naming the file, for what is missing, damaged, foreign, or of a newer version.
StoredRun read_run(const std::filesystem::path& path);

// Parses meta.json (or an export's copy) and checks its version. `name` stands in messages.
nlohmann::json parse_meta(const std::string& text, const std::string& name);

}  // namespace mnemo
