// A training on disk while it is under way: one file in the run folder, which a later mnemo goes on
// from.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "app/runs/run_folder.h"
#include "app/support/enum_names.h"
#include "app/training/fit.h"

namespace mnemo {

enum class OnCheckpointError { stop, go_on };

template <>
struct EnumNames<OnCheckpointError> {
  static constexpr std::array table = {EnumName{OnCheckpointError::go_on, "continue"},
                                       EnumName{OnCheckpointError::stop, "stop"}};
};

struct CheckpointOptions {
  std::string every = "5m";                               // see parse_checkpoint_plan()
  OnCheckpointError on_error = OnCheckpointError::go_on;  // what cannot be written
  bool resume = false;                                    // go on from a checkpoint if there is one
  double pause_after = 0.0;  // share of the epochs after which to stop, to be resumed; 0: never
};

// "500steps", "30s", "5m", "1h"; "0": only when the training is interrupted. Throws UsageError.
CheckpointPlan parse_checkpoint_plan(const std::string& text);

struct Checkpoint {
  std::string training_id;  // the same as in meta.json of what that training has saved
  std::string config;       // the resolved settings
  // The numbers of a training depend on these things, too, by names for people: data, machine,
  // tokenizer.
  nlohmann::json basis;
  nlohmann::json result;  // what meta.json says of the weights that are kept; null: there are none
  std::string metrics;    // metrics.jsonl so far
  std::string diagnosis;  // likewise diagnosis.jsonl
  FitState state;
};

// Atomic: a crash leaves the old file or the new one. Throws Error where it cannot be written.
void write_checkpoint(RunFolder& folder, const Checkpoint& checkpoint);

// Nothing where there is none. Throws Error for one that is damaged or of a newer version.
std::optional<Checkpoint> read_checkpoint(const std::filesystem::path& run);

// Throws Error naming the first part of the basis that is another one now.
void require_same_basis(const nlohmann::json& before, const nlohmann::json& now,
                        const std::filesystem::path& run);

}  // namespace mnemo
