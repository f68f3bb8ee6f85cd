// How far a training has come: all that it needs to go on as if it had not stopped.
#pragma once

#include <cstdint>
#include <string>

#include "app/training/objective.h"
#include "app/training/schedule.h"
#include "models/safetensors.h"

namespace mnemo {

struct FitProgress {
  // These belong to the epoch at hand.
  int64_t epoch = 1;  // from 1
  int64_t step = 0;   // steps that are done
  LossSum train = {};
  double norm_sum = 0.0;  // of gradients
  double max_norm = 0.0;
  double train_seconds = 0.0;

  // These count all epochs.
  int64_t good_steps = 0;    // that updated the weights
  int64_t lowest_epoch = 0;  // that with the lowest validation loss; 0: none was validated
  double lowest_loss = 0.0;
  int64_t kept_epoch = 0;   // whose weights are kept; 0: none
  LossSum kept_valid = {};  // of that epoch
  LearningRate::Plateau plateau = {};

  void start_epoch(int64_t number);
};

struct FitState {
  std::string progress;  // a FitProgress, as text
  NamedTensors tensors;  // in parts, named below
};

// Exact: every number comes back bit for bit.
std::string to_text(const FitProgress& progress);
// Throws Error for what to_text() has not written.
FitProgress progress_from_text(const std::string& text);

inline constexpr const char* kModelPart = "model.";
inline constexpr const char* kOptimizerPart = "optimizer.";
inline constexpr const char* kAveragePart = "average.";
inline constexpr const char* kKeptPart = "kept.";  // what to fall back to, if there is anything

// The tensors whose names begin with `prefix`, without it.
NamedTensors part_of(const NamedTensors& tensors, const std::string& prefix);
void add_part(NamedTensors& tensors, const std::string& prefix, const NamedTensors& part);

}  // namespace mnemo
