// A model that was trained elsewhere, of any task, as a run folder: what a training does before and
// after its epochs, with a file of weights in the place of these.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/runs/weights_file.h"
#include "app/settings/task.h"
#include "app/tasks/frame/resolve_settings.h"
#include "common/files.h"
#include "mnemo/reporter.h"
#include "models/torch_api.h"

namespace mnemo {

struct ImportRequest {
  std::string weights = {};                // a safetensors file
  std::string config = {};                 // a file of the model's settings
  std::string tokenizer = {};              // of a text model
  std::vector<std::string> labels = {};    // likewise, in the order of the outputs
  std::string train = {};                  // of the others: the file that they were trained on
  std::vector<std::string> features = {};  // of series, with `labels`, in the place of `train`
  std::string out = {};                    // the run folder
  bool overwrite = false;
};

// Brought by a task: the model has the weights of the file.
struct ImportedModel {
  std::shared_ptr<torch::nn::Module> model;
  nlohmann::json settings;     // of the model
  nlohmann::json data;         // for meta.json: files and their hashes
  std::string config_text;     // the resolved settings of a training that makes such a model
  std::string tokenizer = {};  // as Trainer::tokenizer()
};

using ReadImport = ImportedModel (*)(const ImportRequest& request, const Warn& warn);

// Keeps what `read` returns, which is called when the run folder is known to be free. Throws Error
// for a folder that is not, UsageError when weights, config or out is missing, and whatever `read`
// throws.
void import_run(const ImportRequest& request, Task task, ReadImport read, Reporter& reporter);

// Throws SettingError when no training file is named.
void require_training_file(const ImportRequest& request);

// Throws SettingError for a name that is empty or has blanks around it, and for fewer than `least`
// of them.
void require_labels(const std::vector<std::string>& labels, size_t least);

// Fills `training` with the settings of a training that makes such a model, those of the config
// file, and `given`: what they say of a start is past. Returns them resolved. `is_checked`: whether
// they must make a training.
template <typename Options>
std::string settings_of_import(const ImportRequest& import, Settings given, bool is_checked,
                               Options& training) {
  for (const char* start : {"init-weights", "init-from"}) given.emplace(start, "");
  return resolve_settings(training, [&](Options& options, const std::string&, const std::string&) {
    return ReadSettings<OptionSet>{
        assign_settings(options, given, read_file(import.config), import.config), is_checked};
  });
}

// The file of weights, read once.
class ImportedWeights {
 public:
  // Throws Error when it is no safetensors file, or holds numbers that are not finite or scales
  // that are not positive.
  explicit ImportedWeights(const std::string& path);

  // The tensor of that name, or null.
  const torch::Tensor* find(const std::string& name) const;
  // How many steps, or rows, a part of the model reads that not every model has: the second size of
  // its weight, which has so many dimensions. 0: the file has no such part.
  int64_t steps_read_by(const std::string& name, int64_t dimensions) const;
  // Loads the model's tensors; one that the file lacks is an Error, but for scaling, of which the
  // model keeps its own.
  void load_into(torch::nn::Module& model) const;
  // Returns what came of the file, for meta.json's `data`; `train`: the training file, whose
  // fingerprint is given, and empty where it is not known.
  nlohmann::json origin(const std::string& train, const std::string& train_sha256) const;

 private:
  std::string path_;
  WeightsFile file_;
};

}  // namespace mnemo
