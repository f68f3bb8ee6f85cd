// Weights to begin a training with that are not drawn at random: those of a file, made in Python or
// by mnemo, or of an earlier run.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/runs/stored_model.h"
#include "app/tasks/start/initial_weights_options.h"
#include "app/tasks/start/run_differences.h"
#include "mnemo/reporter.h"
#include "models/safetensors.h"

namespace mnemo {

class InitialWeights {
 public:
  // Reads what the options name. Throws Error when it is not a safetensors file, holds numbers that
  // are not finite, or is no run of this task, or of the one whose models are a `start` for it.
  InitialWeights(const InitialWeightsOptions& options, Task task,
                 std::optional<Task> start = std::nullopt);

  // The earlier run; null when there is none.
  const StoredModel* run() const { return run_ ? &*run_ : nullptr; }

  // Copies the weights, if there are any, into a model that is initialised and scaled, and lets go
  // of them. The model's scaling stays, since it is that of the data at hand, as do its new parts
  // and, where the weights lack them, those that train along.
  // Throws Error naming every other tensor that is missing, unexpected or wrongly shaped; scaling
  // may be missing.
  void load_into(torch::nn::Module& model, const NewParts& parts, Reporter& reporter);

  // Adds to meta.json's `data` where the weights came from.
  void describe(nlohmann::json& data) const;

 private:
  std::string source_, sha256_;  // empty: there are none
  std::optional<StoredModel> run_;
  NamedTensors tensors_;
  std::vector<std::string> new_tensors_;
};

}  // namespace mnemo
