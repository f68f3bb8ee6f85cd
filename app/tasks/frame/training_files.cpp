#include "app/tasks/frame/training_files.h"

#include <nlohmann/json.hpp>

namespace mnemo {

nlohmann::json describe_files(const TrainingFiles& files) {
  nlohmann::json data = {{"train_file", files.train}, {"train_file_sha256", files.train_sha256}};
  if (!files.valid.empty()) {
    data["valid_file"] = files.valid;
    data["valid_file_sha256"] = files.valid_sha256;
  }
  return data;
}

}  // namespace mnemo
