// The options of `mnemo import`, and what its ways for each task share.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/runs/run_folder.h"
#include "app/settings/task.h"
#include "app/tasks/frame/resolve_settings.h"
#include "common/files.h"
#include "models/torch_api.h"

namespace mnemo {

struct ImportOptions {
  std::string weights = {};
  std::string config = {};
  std::string tokenizer = {};            // of a text model
  std::vector<std::string> labels = {};  // likewise
  std::string train = {};                // of the others
  std::string out = {};
  bool overwrite = false;
  bool quiet = false;
};

// Fills `training` with the settings of a training that makes such a model, those of the config
// file: what they say of a start is past. Returns them resolved. `is_checked`: whether they must
// make a training.
template <typename Options>
std::string settings_of_import(const ImportOptions& import, Settings given, bool is_checked,
                               Options& training) {
  for (const char* start : {"init-weights", "init-from"}) given.emplace(start, "");
  return resolve_settings(training, [&](Options& options, const std::string&, const std::string&) {
    return ReadSettings<OptionSet>{
        assign_settings(options, given, read_file(import.config), import.config), is_checked};
  });
}

// Loads the weights; `model` has the scaling of the data. Returns what came of the file for
// meta.json's `data`.
nlohmann::json load_file(torch::nn::Module& model, const std::string& path);

// How many steps, or rows, the tensor reads, which is optional; 0: the file has none such.
int64_t steps_read_by(const std::string& name, int64_t dimensions, const std::string& path);

void save_imported_run(Task task, const torch::nn::Module& model, nlohmann::json settings,
                       nlohmann::json data, RunFolder& folder);

}  // namespace mnemo
