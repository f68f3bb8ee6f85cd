// The options of `mnemo import`, and what its ways for each task share.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/runs/run_folder.h"
#include "app/settings/task.h"
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

// The command line that would train such a model. What the settings say of a start is past.
std::vector<std::string> training_arguments(const ImportOptions& options);

// Loads the weights; `model` has the scaling of the data. Returns what came of the file for
// meta.json's `data`.
nlohmann::json load_file(torch::nn::Module& model, const std::string& path);

// How many steps, or rows, the tensor reads, which is optional; 0: the file has none such.
int64_t steps_read_by(const std::string& name, int64_t dimensions, const std::string& path);

void save_imported_run(Task task, const torch::nn::Module& model, nlohmann::json settings,
                       nlohmann::json data, RunFolder& folder);

}  // namespace mnemo
