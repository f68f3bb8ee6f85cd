#include "app/tasks/frame/import.h"

#include <fmt/format.h>
#include <torch/version.h>

#include <utility>

#include "app/runs/checkpoint_options.h"
#include "app/runs/run_folder.h"
#include "common/white_space.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

void require_named(const ImportRequest& request, const std::string& task) {
  if (request.weights.empty()) throw UsageError("name the safetensors file to import");
  if (request.weights.ends_with(".keras")) {
    throw UsageError(fmt::format(
        "{}: a model of Keras, which the Python package reads: `mnemo import` as pip installs it, "
        "or mnemo.from_keras() in Python",
        request.weights));
  }
  if (request.config.empty()) {
    throw SettingError(
        "config", "is missing",
        fmt::format("name a file of the model's settings: `mnemo train {} --print-config` prints "
                    "one to change",
                    task));
  }
  require_run_folder(request.out);
}

}  // namespace

void require_training_file(const ImportRequest& request) {
  if (!request.train.empty()) return;
  throw SettingError("train", "is missing: name the file that the model was trained on");
}

void require_labels(const std::vector<std::string>& labels, size_t least) {
  if (labels.size() < least) {
    throw SettingError("labels",
                       ": name the labels, two or more, in the order of the outputs, as neg,pos");
  }
  for (const auto& label : labels) {
    if (!label.empty() && trimmed(label) == label) continue;
    throw SettingError("labels", fmt::format("\"{}\" is empty or has blanks around it", label),
                       "join the labels by commas alone");
  }
}

void import_run(const ImportRequest& request, Task task, ReadImport read, Reporter& reporter) {
  require_named(request, enum_name(task));
  RunFolder folder(request.out, request.overwrite ? IfExists::overwrite : IfExists::refuse);
  ImportedModel imported = read(request, reporter.as_warn());
  folder.add_file(kConfigFile, std::move(imported.config_text));
  if (!imported.tokenizer.empty()) folder.add_file(kTokenizerFile, std::move(imported.tokenizer));
  folder.save_weights(to_safetensors(named_tensors(*imported.model)),
                      {{"task", enum_name(task)},
                       {"settings", std::move(imported.settings)},
                       {"data", std::move(imported.data)},
                       {"status", enum_name(RunState::imported)},
                       {"torch_version", TORCH_VERSION}});
  reporter.note(fmt::format("{}: the weights of {}", request.out, request.weights));
}

ImportedWeights::ImportedWeights(const std::string& path)
    : path_(path), file_(read_weights_file(path)) {
  for (const auto& [name, tensor] : file_.tensors) {
    if (is_scaling(name) && name.ends_with(".scale") && !tensor.gt(0.0).all().item<bool>()) {
      throw Error(fmt::format("{}: {} holds numbers that are not positive", path, name));
    }
  }
}

const torch::Tensor* ImportedWeights::find(const std::string& name) const {
  const auto found = file_.tensors.find(name);
  return found == file_.tensors.end() ? nullptr : &found->second;
}

int64_t ImportedWeights::steps_read_by(const std::string& name, int64_t dimensions) const {
  const torch::Tensor* weight = find(name);
  return weight != nullptr && weight->dim() == dimensions ? weight->size(1) : 0;
}

void ImportedWeights::load_into(torch::nn::Module& model) const {
  NamedTensors tensors = file_.tensors;
  add_missing_scaling(model, tensors);
  load_tensors(model, tensors, path_);
}

nlohmann::json ImportedWeights::origin(const std::string& train,
                                       const std::string& train_sha256) const {
  nlohmann::json data = {{"weights_file", path_},
                         {"weights_file_sha256", file_.sha256},
                         {"train_file_sha256", train_sha256}};
  if (!train.empty()) data["train_file"] = train;
  return data;
}

}  // namespace mnemo
