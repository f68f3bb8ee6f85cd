// How a training differs from the earlier run that it starts from, and what it therefore cannot
// take over.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "app/runs/stored_model.h"
#include "app/settings/option_marks.h"
#include "mnemo/reporter.h"

namespace mnemo {

// Parameters that an earlier run cannot give, and why; each task has a new_parts() of its own.
struct NewParts {
  std::vector<std::string> names = {};  // of parameters, or of modules
  std::string reason = {};
  // Modules of the task that answer nothing, or that are fitted when the layers are trained. A
  // model has its own of them, whatever the weights have that it begins with.
  std::vector<std::string> trains_along = {};
};

// The layer that answers.
inline constexpr const char* kDenseLayer = "dense";
NewParts new_dense_layer(std::string reason);

// "the labels are a, b, and were c, d"
std::string tell_others(const char* what, const std::vector<std::string>& now,
                        const std::vector<std::string>& before);

// Warns of settings that are unseen in weights and that were others when the run was trained.
// `settings`: of the model, as meta.json has them; `marks`: of the options that they come from.
void warn_of_other_settings(const StoredModel& run, const nlohmann::json& settings,
                            const MarksByOption& marks, const Warn& warn);

// Throws Error when the run's features were others.
void require_same_features(const StoredModel& run, const std::vector<std::string>& before,
                           const std::vector<std::string>& now);

}  // namespace mnemo
