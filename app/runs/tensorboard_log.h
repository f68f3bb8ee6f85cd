// metrics.jsonl as TensorBoard reads it, while the training goes on.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace mnemo {

class TensorBoardLog {
 public:
  // In the folder of a run.
  explicit TensorBoardLog(const std::filesystem::path& run) : run_(run) {}

  // Adds what `metrics`, all lines of metrics.jsonl, has more than at the last call; the first call
  // begins the file anew. Throws Error when it cannot be written.
  void update(const std::string& metrics);

 private:
  std::filesystem::path run_;
  size_t told_ = 0;  // bytes of metrics that are in the file
};

}  // namespace mnemo
