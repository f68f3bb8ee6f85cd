#include "app/tasks/frame/import.h"

#include <fmt/format.h>
#include <torch/version.h>

#include <utility>

#include "app/runs/run_folder.h"
#include "mnemo/error.h"

namespace mnemo {

void import_run(const ImportOptions& options, const std::string& task, ReadImport read,
                Reporter& reporter) {
  RunFolder folder(options.out, options.overwrite ? IfExists::overwrite : IfExists::refuse);
  ImportedModel imported = read(options, reporter.as_warn());
  folder.add_file(kConfigFile, std::move(imported.config_text));
  if (!imported.tokenizer.empty()) folder.add_file(kTokenizerFile, std::move(imported.tokenizer));
  folder.save_weights(to_safetensors(named_tensors(*imported.model)),
                      {{"task", task},
                       {"settings", std::move(imported.settings)},
                       {"data", std::move(imported.data)},
                       {"status", enum_name(RunState::imported)},
                       {"torch_version", TORCH_VERSION}});
  reporter.note(fmt::format("{}: the weights of {}", options.out, options.weights));
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

nlohmann::json ImportedWeights::origin() const {
  return {{"weights_file", path_}, {"weights_file_sha256", file_.sha256}};
}

}  // namespace mnemo
