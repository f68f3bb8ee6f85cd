#include "app/runs/run_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "app/runs/event_file.h"
#include "app/support/json_text.h"
#include "app/support/wording.h"
#include "common/files.h"
#include "common/sha256.h"
#include "common/version.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kStagingFolder = ".new";
constexpr const char* kMetaHash = "meta_sha256";
constexpr std::array<std::string_view, 9> kRunFiles = {
    kConfigFile,  kDiagnosisFile,  kMetaFile,   kMetricsFile, kTokenizerFile,
    kWeightsFile, kEvaluationFile, kReportFile, kEventFile};

// A run that was cut off while it replaced another may lack any one of these.
bool is_run(const fs::path& path) {
  return fs::exists(path / kMetaFile) || fs::exists(path / kWeightsFile) ||
         fs::exists(path / kStagingFolder) || fs::exists(path / kCheckpointFile);
}

std::string content_hash(json meta) {
  meta.erase(kMetaHash);
  return sha256_hex(json_text(meta));
}

// A file that a killed process was writing when it ended.
bool is_half_written(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with(std::string(kCheckpointFile) + kTemporaryMark) ||
         std::ranges::any_of(kRunFiles, [&](const auto file) {
           return name.starts_with(std::string(file) + kTemporaryMark);
         });
}

// True of the folder of a training that was killed before anything of it was worth keeping.
bool holds_only_leftovers(const fs::path& path) {
  return std::ranges::all_of(fs::directory_iterator(path), [](const auto& entry) {
    return entry.path().filename() == kLockFile || is_half_written(entry.path());
  });
}

void require_usable(const fs::path& path, IfExists if_exists) try {
  if (!fs::exists(path)) return;
  if (!fs::is_directory(path)) {
    throw Error(out_fault(path, "this is a file", "name a folder"));
  }
  if (holds_only_leftovers(path)) return;
  if (if_exists == IfExists::refuse && fs::exists(path / kCheckpointFile)) {
    throw Error(
        out_fault(path, "an interrupted training is there",
                  "go on with `resume`, begin anew with `overwrite`, or name another folder"));
  }
  if (!is_run(path)) {
    throw Error(out_fault(path, "the folder holds files that are no mnemo run",
                          "name another or empty it"));
  }
  if (if_exists == IfExists::refuse) {
    throw Error(out_fault(path, "a run is there already",
                          "name another folder, or add `overwrite` to replace it"));
  }
} catch (const fs::filesystem_error& error) {
  throw Error(out_fault(path, error.code().message(), "name a folder that you may read and write"));
}

const fs::path& usable(const fs::path& path, IfExists if_exists) {
  require_usable(path, if_exists);
  return path;
}

std::string read_checked(const fs::path& folder, const char* name, const json& files) {
  const auto path = folder / name;
  if (!fs::exists(path)) {
    throw Error(
        fmt::format("{}: {} is missing; the run folder is incomplete", folder.string(), name));
  }
  std::string content = read_file(path);
  const auto& entry = files.at(name);
  const std::string hash = sha256_hex(content);
  const bool matches = hash == entry.at("sha256").get<std::string>() ||
                       hash == entry.value("previous_sha256", std::string());
  if (!matches) {
    throw Error(
        fmt::format("{}: the file is damaged or was changed: its SHA-256 is not the one in {}; "
                    "restore it from a "
                    "copy or train again",
                    path.string(), kMetaFile));
  }
  return content;
}

}  // namespace

RunFolder::RunFolder(const fs::path& path, IfExists if_exists)
    : path_(path),
      lock_(usable(path, if_exists)),
      has_own_checkpoint_(if_exists == IfExists::resume) {
  require_usable(path_, if_exists);  // now that nobody else writes there
  std::vector<fs::path> leftovers;
  for (const auto& entry : fs::directory_iterator(path_)) {
    if (is_half_written(entry.path())) leftovers.push_back(entry.path());
  }
  for (const auto& file : leftovers) fs::remove(file);
}

void RunFolder::add_file(const std::string& name, std::string content) {
  hashes_[name] = sha256_hex(content);
  added_[name] = std::move(content);
}

bool RunFolder::is_on_disk() const {
  return committed_ && fs::exists(path_ / kMetaFile) && fs::exists(path_ / kWeightsFile);
}

std::string RunFolder::added(const std::string& name) const {
  const auto found = added_.find(name);
  return found == added_.end() ? "" : found->second;
}

void RunFolder::require_room(double weights) const {
  const auto available = free_bytes(path_);
  double needed = 2.0 * weights;
  for (const auto& [name, content] : added_) needed += static_cast<double>(content.size());
  if (!available || static_cast<double>(*available) >= needed) return;
  throw Error(
      out_fault(path_,
                fmt::format("No space left for the run: it takes some {}, and the disk has {}",
                            format_bytes(static_cast<int64_t>(needed)),
                            format_bytes(static_cast<int64_t>(*available))),
                "free some, or name a folder on another disk"));
}

void RunFolder::append_metrics(const json& line) {
  metrics_.lines += line.dump() + "\n";
  metrics_.are_written = false;
  if (committed_) write_lines();
}

void RunFolder::append_diagnosis(const json& line) {
  diagnosis_.lines += line.dump() + "\n";
  diagnosis_.are_written = false;
}

void RunFolder::write_lines() {
  for (auto* file : {&metrics_, &diagnosis_}) {
    if (file->are_written) continue;
    write_file_atomically(path_ / file->name, file->lines);
    file->are_written = true;
  }
}

void RunFolder::save_weights(const std::string& weights, json meta) {
  const std::string hash = sha256_hex(weights);
  if (!is_on_disk()) {
    hashes_[kWeightsFile] = hash;
    commit(weights, meta);
    return;
  }
  previous_weights_hash_ = std::exchange(hashes_[kWeightsFile], hash);
  committed_ = false;  // until both are there
  // meta.json first, naming both hashes: whichever weights are found beside it are known to it.
  write_file_atomically(path_ / kMetaFile, complete_meta(meta));
  write_file_atomically(path_ / kWeightsFile, weights);
  committed_ = true;
}

void RunFolder::save_meta(json meta) {
  write_lines();
  write_file_atomically(path_ / kMetaFile, complete_meta(meta));
}

void RunFolder::save_elsewhere(const fs::path& path, const std::string& weights, json meta) const {
  fs::create_directories(path.parent_path());
  if (!fs::create_directory(path)) {
    throw Error(fmt::format("{}: there is something already", path.string()));
  }
  for (const auto& [name, content] : added_) write_file_atomically(path / name, content);
  write_file_atomically(path / kWeightsFile, weights);
  for (const auto* file : {&metrics_, &diagnosis_}) {
    if (!file->lines.empty()) write_file_atomically(path / file->name, file->lines);
  }
  write_file_atomically(path / kMetaFile, complete_meta(meta));
}

void RunFolder::remove_checkpoint() { fs::remove(path_ / kCheckpointFile); }

void RunFolder::save_checkpoint(std::string_view head, std::string_view tensors) {
  AtomicFile file(path_ / kCheckpointFile);
  file.write(head);
  file.write(tensors);
  file.commit();
  has_own_checkpoint_ = true;
}

void RunFolder::commit(const std::string& weights, json& meta) {
  const bool created = fs::create_directories(path_);
  const fs::path staging = path_ / kStagingFolder;
  try {
    fs::remove_all(staging);
    fs::create_directory(staging);
    for (const auto& [name, content] : added_) write_file_atomically(staging / name, content);
    write_file_atomically(staging / kWeightsFile, weights);
    for (const auto* file : {&metrics_, &diagnosis_}) {
      if (!file->lines.empty()) write_file_atomically(staging / file->name, file->lines);
    }
    write_file_atomically(staging / kMetaFile, complete_meta(meta));
  } catch (...) {
    std::error_code ignored;  // the first fault is the one to tell
    fs::remove_all(staging, ignored);
    if (created) fs::remove(path_, ignored);
    throw;
  }
  // All is on disk. A folder without meta.json is no run, so it goes first and comes last.
  for (const char* name :
       {kMetaFile, kMetricsFile, kDiagnosisFile, kEvaluationFile, kReportFile, kEventFile}) {
    fs::remove(path_ / name);
  }
  for (const auto name : kRunFiles) {
    if (name != kMetaFile && fs::exists(staging / name)) fs::rename(staging / name, path_ / name);
  }
  fs::rename(staging / kMetaFile, path_ / kMetaFile);
  fs::remove(staging);
  if (!has_own_checkpoint_) remove_checkpoint();  // of the training that is overwritten
  metrics_.are_written = diagnosis_.are_written = true;
  committed_ = true;
}

std::string RunFolder::complete_meta(json& meta) const {
  auto& files = meta["files"] = json::object();
  for (const auto& [name, hash] : hashes_) files[name] = {{"sha256", hash}};
  if (!previous_weights_hash_.empty()) {
    files[kWeightsFile]["previous_sha256"] = previous_weights_hash_;
  }
  for (const auto* file : {&metrics_, &diagnosis_}) {
    if (!file->lines.empty()) files[file->name] = {{"sha256", sha256_hex(file->lines)}};
  }
  return seal_meta(meta);
}

std::string seal_meta(json& meta, int indent) {
  meta["format_version"] = kRunFormatVersion;
  meta["mnemo_version"] = kVersion;
  meta[kMetaHash] = content_hash(meta);
  return json_text(meta, indent) + "\n";
}

json parse_meta(const std::string& text, const std::string& name) {
  json meta;
  try {
    meta = json::parse(text);
    if (!meta.contains("format_version")) {
      throw Error(
          fmt::format("{}: not written by mnemo: it has no format_version; `mnemo import` makes a "
                      "run folder of a model that was trained in Python",
                      name));
    }
    const int version = meta.at("format_version").get<int>();
    if (version > kRunFormatVersion) {
      throw Error(
          fmt::format("{}: written by a newer mnemo ({}, format {}); this is mnemo {}, which reads "
                      "formats up to "
                      "{}. Update mnemo",
                      name, meta.value("mnemo_version", std::string("unknown")), version, kVersion,
                      kRunFormatVersion));
    }
    if (content_hash(meta) != meta.at(kMetaHash).get<std::string>()) {
      throw Error(
          fmt::format("{}: damaged, or changed by hand: its content does not fit its {}; restore "
                      "it from a copy "
                      "or make it again",
                      name, kMetaHash));
    }
  } catch (const json::exception& error) {
    throw Error(fmt::format("{}: not written by mnemo, or damaged: {}", name, error.what()));
  }
  return meta;
}

RunStatus run_status(const fs::path& path) {
  const auto file = path / kMetaFile;
  if (!fs::exists(file)) return {};
  const auto meta = json::parse(read_file(file), nullptr, /*allow_exceptions=*/false);
  if (!meta.is_object()) return {};
  return {.state = run_state_in(meta),
          .training_id = meta.value("training_id", std::string()),
          .task = meta.value("task", std::string())};
}

StoredRun read_run(const fs::path& path) {
  const auto meta_path = path / kMetaFile;
  if (!fs::exists(meta_path)) {
    throw Error(fmt::format("{}: not a run folder: it has no {}", path.string(), kMetaFile));
  }
  StoredRun run;
  run.meta = parse_meta(read_file(meta_path), meta_path.string());
  try {
    const auto& files = run.meta.at("files");
    run.config = read_checked(path, kConfigFile, files);
    if (files.contains(kTokenizerFile)) run.tokenizer = read_checked(path, kTokenizerFile, files);
    run.weights = read_checked(path, kWeightsFile, files);
  } catch (const json::exception& error) {
    throw Error(fmt::format("{}: damaged: {}", meta_path.string(), error.what()));
  }
  return run;
}

}  // namespace mnemo
