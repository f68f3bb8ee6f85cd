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

StoredModel open_run_of(Task task, const std::string& path) {
  auto stored = open_stored(path);
  if (!stored.is_run()) {
    throw Error({.setting = "init-from",
                 .problem = path + ": this is an exported model",
                 .remedy = "name the run folder that it was made of"});
  }
  const bool is_its_start = task == Task::text && stored.task == Task::language;
  if (stored.task != task && !is_its_start) {
    throw Error({.setting = "init-from",
                 .problem = fmt::format("{}: this is a {} model, and a {} model is to be trained",
                                        path, enum_name(stored.task), enum_name(task))});
  }
  return stored;
}

bool is_new(const std::string& name, const NewParts& parts) {
  return std::ranges::any_of(parts.names, [&](const std::string& part) {
    return name == part || name.starts_with(part + ".");
  });
}

// Heads that answer nothing come and go: a model's own begin anew where the tensors lack them or
// have them in another shape, and others are dropped; so are
// n-grams, autoregressions and linear parts, which are fitted anew.
void take_over_what_trains_along(const NamedTensors& own, NamedTensors& tensors) {
  const auto trains_along = [](const std::string& name) {
    return name.starts_with("language_head.") || name.starts_with("aux_dense.") ||
           name.starts_with("reconstruction.") || name.starts_with("ngrams.") ||
           name.starts_with("autoregression.") || name.starts_with("linear.");
  };
  std::erase_if(tensors, [&](const auto& item) {
    const auto found = own.find(item.first);
    return trains_along(item.first) &&
           (found == own.end() || found->second.sizes() != item.second.sizes());
  });
  for (const auto& [name, tensor] : own) {
    if (trains_along(name)) tensors.emplace(name, tensor);
  }
}

}  // namespace

InitialWeights::InitialWeights(const InitialWeightsOptions& options, Task task) {
  if (!options.file.empty()) {
    auto [tensors, sha256] = read_weights_file(options.file);
    source_ = options.file;
    sha256_ = std::move(sha256);
    tensors_ = std::move(tensors);
  } else if (!options.run.empty()) {
    source_ = options.run;
    run_ = open_run_of(task, options.run);
    sha256_ = run_->meta.at("files").at(kWeightsFile).at("sha256").get<std::string>();
    tensors_ = from_safetensors(std::get<StoredRun>(run_->content).weights,
                                (run_->path / kWeightsFile).string());
  }
}

void InitialWeights::load_into(torch::nn::Module& model, const NewParts& parts,
                               Reporter& reporter) {
  if (source_.empty()) return;
  for (const auto& [name, own] : named_tensors(model)) {
    if (!is_new(name, parts)) continue;
    tensors_[name] = own;
    new_tensors_.push_back(name);
  }
  // A column more would be told of as a wrong shape of the layer that reads it.
  std::erase_if(tensors_, [](const auto& item) { return is_scaling(item.first); });
  take_over_what_trains_along(named_tensors(model), tensors_);
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
