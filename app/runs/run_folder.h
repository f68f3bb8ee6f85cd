// The folder that a training run leaves: names, layout, atomic writing, and reading with checks.
//
//   config.ini            the resolved settings, a valid file for `config`
//   tokenizer.model       SentencePiece model, of a text model
//   weights.safetensors   the best weights, named as in the PyTorch reference's state_dict
//   metrics.jsonl         one JSON object an epoch
//   diagnosis.jsonl       one JSON object a probe, with `diagnose`
//   evaluation.json       what the finished run answers on rows held out, for the report
//   report.html           all of it to look at
//   events.out.tfevents.mnemo  the metrics for TensorBoard, with `tensorboard`
//   meta.json             settings, labels, data, versions, machine, and a SHA-256 of each of the
//                         above but those for people: evaluation, report and events
//
// A run folder is data only: reading it executes nothing.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "app/runs/run_lock.h"
#include "app/settings/run_state.h"

namespace mnemo {

inline constexpr int kRunFormatVersion = 1;
inline constexpr const char* kConfigFile = "config.ini";
inline constexpr const char* kMetaFile = "meta.json";
inline constexpr const char* kMetricsFile = "metrics.jsonl";
inline constexpr const char* kDiagnosisFile = "diagnosis.jsonl";
inline constexpr const char* kEvaluationFile = "evaluation.json";
inline constexpr const char* kReportFile = "report.html";
inline constexpr const char* kTokenizerFile = "tokenizer.model";
inline constexpr const char* kWeightsFile = "weights.safetensors";
inline constexpr const char* kExportSettingsFile = "mnemo.json";
// In meta.json of a paused training: what it would keep, had it ended there; as `result`, and what
// that model costs.
inline constexpr const char* kOutlook = "if_ended_here";
// The checkpoint of a training that is under way or was interrupted; see checkpoint.h.
inline constexpr const char* kCheckpointFile = ".checkpoint";

enum class IfExists { refuse, overwrite, resume };

// Writes one run. Nothing of it is on disk before the first weights: a run that fails earlier
// leaves no folder, and leaves an older run that it was to overwrite as it was. While it lives no
// other RunFolder, of this process or another, can have the path.
class RunFolder {
 public:
  // Makes sure that the folder can be made and written to. Throws Error when it holds a run (unless
  // told to overwrite or resume it) or anything else, and when another training writes there.
  RunFolder(const std::filesystem::path& path, IfExists if_exists);

  const std::filesystem::path& path() const { return path_; }
  // A file that was added; empty when it was not.
  std::string added(const std::string& name) const;
  const std::string& metrics() const { return metrics_.lines; }      // metrics.jsonl
  const std::string& diagnosis() const { return diagnosis_.lines; }  // diagnosis.jsonl
  // True when all that was saved is there.
  bool is_on_disk() const;

  // Throws Error unless the disk has room for a run with weights of so many bytes: twice, since new
  // ones are written beside those before, with the files that were added.
  void require_room(double weights) const;

  // Adds a file whose content does not change during the run. Before the first save_weights() only.
  void add_file(const std::string& name, std::string content);

  void append_metrics(const nlohmann::json& line);
  // Reaches the disk with the next line of metrics, weights or meta.json.
  void append_diagnosis(const nlohmann::json& line);
  // The lines are those of an interrupted training. Before the first save_weights() only.
  void set_metrics(std::string lines) { metrics_.lines = std::move(lines); }
  void set_diagnosis(std::string lines) { diagnosis_.lines = std::move(lines); }

  // Writes the weights, and meta.json (`meta` with version and hashes added), so that a crash at
  // any moment leaves a folder that reads as the old or the new weights. The first call makes the
  // folder, writes the files added so far, and only then removes the run that is overwritten; so
  // does the call after one that failed.
  void save_weights(const std::string& weights, nlohmann::json meta);

  // Writes all of the run to another folder, which must not be there, in the place of the one that
  // could not be written.
  void save_elsewhere(const std::filesystem::path& path, const std::string& weights,
                      nlohmann::json meta) const;

  // Replaces meta.json alone: what became of the run.
  void save_meta(nlohmann::json meta);

  // One that stands there from another training goes with the first of these, or with the first
  // save_weights().
  void save_checkpoint(std::string_view head, std::string_view tensors);
  void remove_checkpoint();

 private:
  // A file that grows a line at a time.
  struct Lines {
    const char* name;
    std::string lines = {};
    bool are_written = true;  // all of them
  };

  void commit(const std::string& weights, nlohmann::json& meta);
  void write_lines();
  std::string complete_meta(nlohmann::json& meta) const;

  std::filesystem::path path_;
  RunLock lock_;
  bool has_own_checkpoint_;  // of the training that writes here, or that it goes on with
  bool committed_ = false;
  std::map<std::string, std::string> added_;
  Lines metrics_{.name = kMetricsFile};
  Lines diagnosis_{.name = kDiagnosisFile};
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

  // The model's settings; null when there are none.
  nlohmann::json settings() const { return meta.value("settings", nlohmann::json()); }
};

// The fate of the training that made a run.
struct RunStatus {
  RunState state = RunState::unknown;
  std::string training_id;  // as meta.json has it; empty where there is none that can be read
  std::string task = {};    // likewise
};
RunStatus run_status(const std::filesystem::path& path);

// Throws Error, naming the file, for what is missing, damaged, foreign, or of a newer version.
StoredRun read_run(const std::filesystem::path& path);

// Adds to `meta` its format version and a hash over all of it, and returns the text to store.
std::string seal_meta(nlohmann::json& meta, int indent = 2);

// Parses what seal_meta() returned and checks version and hash. `name` stands in messages.
nlohmann::json parse_meta(const std::string& text, const std::string& name);

}  // namespace mnemo
