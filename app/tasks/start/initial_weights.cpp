#include "app/tasks/start/initial_weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/runs/weights_file.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

StoredModel open_run_of(Task task, std::optional<Task> start, const std::string& path) {
  auto stored = open_stored(path);
  if (!stored.is_run()) {
    throw Error({.setting = "init-from",
                 .problem = path + ": this is an exported model",
                 .remedy = "name the run folder that it was made of"});
  }
  if (stored.task != task && stored.task != start) {
    throw Error({.setting = "init-from",
                 .problem = fmt::format("{}: this is a {} model, and a {} model is to be trained",
                                        path, enum_name(stored.task), enum_name(task))});
  }
  return stored;
}

// True for a parameter that is one of the parts, or in one.
bool is_among(const std::string& name, const std::vector<std::string>& parts) {
  return std::ranges::any_of(
      parts, [&](const std::string& part) { return name == part || name.starts_with(part + "."); });
}

// A model's own modules that train along begin anew where the tensors lack them or have them in
// another shape; others of these are dropped.
void take_over_what_trains_along(const NamedTensors& own, const std::vector<std::string>& modules,
                                 NamedTensors& tensors) {
  std::erase_if(tensors, [&](const auto& item) {
    const auto found = own.find(item.first);
    return is_among(item.first, modules) &&
           (found == own.end() || found->second.sizes() != item.second.sizes());
  });
  for (const auto& [name, tensor] : own) {
    if (is_among(name, modules)) tensors.emplace(name, tensor);
  }
}

}  // namespace

InitialWeights::InitialWeights(const InitialWeightsOptions& options, Task task,
                               std::optional<Task> start) {
  if (!options.file.empty()) {
    auto [tensors, sha256] = read_weights_file(options.file);
    source_ = options.file;
    sha256_ = std::move(sha256);
    tensors_ = std::move(tensors);
  } else if (!options.run.empty()) {
    source_ = options.run;
    run_ = open_run_of(task, start, options.run);
    sha256_ = run_->meta.at("files").at(kWeightsFile).at("sha256").get<std::string>();
    tensors_ = from_safetensors(std::get<StoredRun>(run_->content).weights,
                                (run_->path / kWeightsFile).string());
  }
}

void InitialWeights::load_into(torch::nn::Module& model, const NewParts& parts,
                               Reporter& reporter) {
  if (source_.empty()) return;
  for (const auto& [name, own] : named_tensors(model)) {
    if (!is_among(name, parts.names)) continue;
    tensors_[name] = own;
    new_tensors_.push_back(name);
  }
  // A column more would be told of as a wrong shape of the layer that reads it.
  std::erase_if(tensors_, [](const auto& item) { return is_scaling(item.first); });
  take_over_what_trains_along(named_tensors(model), parts.trains_along, tensors_);
  add_missing_scaling(model, tensors_);
  try {
    load_tensors(model, tensors_, source_);
  } catch (const Error& error) {
    if (!run_) throw;
    throw Error(fmt::format("{}. Train with the settings of that run: `config` {}", error.what(),
                            (run_->path / kConfigFile).string()));
  }
  tensors_.clear();
  reporter.note(fmt::format("training starts from the weights of {}", source_));
  if (!new_tensors_.empty()) {
    reporter.note(
        fmt::format("drawn anew: {}, since {}", fmt::join(new_tensors_, ", "), parts.reason));
  }
}

void InitialWeights::describe(nlohmann::json& data) const {
  if (source_.empty()) return;
  const std::string key = run_ ? "init_from" : "init_weights";
  data[key] = source_;
  data[key + "_sha256"] = sha256_;
  if (!new_tensors_.empty()) data["new_parameters"] = new_tensors_;
}

}  // namespace mnemo
