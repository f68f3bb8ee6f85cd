#include "app/tasks/start/run_differences.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "datasets/message_text.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// A model's settings have the names of the options, with underscores.
std::string meta_key_of(std::string option) {
  std::ranges::replace(option, '-', '_');
  return option;
}

}  // namespace

NewParts new_dense_layer(std::string reason) {
  return {.names = {kDenseLayer}, .reason = std::move(reason)};
}

std::string tell_others(const char* what, const std::vector<std::string>& now,
                        const std::vector<std::string>& before) {
  return fmt::format("the {} are {}, and were {}", what, listed(now), listed(before));
}

void warn_of_other_settings(const StoredModel& run, const nlohmann::json& settings,
                            const MarksByOption& marks, const Warn& warn) {
  const auto& before = run.settings.at("model");
  const auto& now = settings.at("model");
  for (const auto& [option, marked] : marks) {
    const std::string key = meta_key_of(option);
    if (!marked.is_unseen_in_weights || !now.contains(key)) continue;
    if (now.at(key) == before.value(key, now.at(key))) continue;
    warn(
        fmt::format("{} was trained with {} {}, and now it is {}: its weights may be of little use",
                    run.path.string(), key, before.at(key).dump(), now.at(key).dump()));
  }
}

void require_same_features(const StoredModel& run, const std::vector<std::string>& before,
                           const std::vector<std::string>& now) {
  if (before == now) return;
  throw Error({.setting = "init-from",
               .problem = fmt::format(
                   "{}: its features are {} ({}), and those of the training file are {} ({})",
                   run.path.string(), before.size(), fmt::join(before, ", "), now.size(),
                   fmt::join(now, ", ")),
               .remedy = "give it the same columns in the same order"});
}

}  // namespace mnemo
