// The files of a training's data, as meta.json tells of them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace mnemo {

struct TrainingFiles {
  std::string train = {}, train_sha256 = {};
  std::string valid = {}, valid_sha256 = {};  // empty: part of the former validates
};

// The beginning of meta.json's `data`.
nlohmann::json describe_files(const TrainingFiles& files);

}  // namespace mnemo
