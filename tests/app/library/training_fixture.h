// Small data of each task, and settings by which a training of them takes a moment.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "common/files.h"
#include "mnemo/training.h"
#include "tests/common/test_helpers.h"

namespace mnemo {

class Heard : public Reporter {
 public:
  void note(const std::string& text) override { notes.push_back(text); }
  void warn(const std::string& text) override { warnings.push_back(text); }
  void epoch(const TrainedEpoch& told) override { epochs.push_back(told); }
  std::vector<std::string> notes, warnings;
  std::vector<TrainedEpoch> epochs;
};

inline std::string labelled_reviews() {
  std::string file = "text,label\n";
  for (int i = 0; i < 40; ++i) {
    file += fmt::format("{} film number {},{}\n", i % 2 == 0 ? "a lovely" : "no good", i,
                        i % 2 == 0 ? "pos" : "neg");
  }
  return file;
}

// Rising and falling series of two features.
inline std::string rising_and_falling() {
  std::string file = "id,x,y,label\n";
  for (int i = 0; i < 24; ++i) {
    for (int step = 0; step < 5 + i % 3; ++step) {
      file += fmt::format("{},{},{},{}\n", i, i % 2 == 0 ? step : -step, 0.1 * i + step,
                          i % 2 == 0 ? "up" : "down");
    }
  }
  return file;
}

inline std::string monthly_load() {
  std::string file = "month,load\n";
  for (int i = 0; i < 120; ++i) {
    file += fmt::format("{}-{:02}-01,{:.3f}\n", 2000 + i / 12, i % 12 + 1,
                        10.0 + std::sin(0.5236 * i) + 0.01 * i);
  }
  return file;
}

class LibraryTraining : public testing::Test {
 protected:
  std::filesystem::path run(const std::string& name) const { return folder_.path() / name; }
  std::string weights(const std::string& name) const {
    return read_file(run(name) / "weights.safetensors");
  }
  TrainingOptions small_text() const {
    return {.settings = {{"epochs", "1"},
                         {"threads", "1"},
                         {"precision", "fp32"},
                         {"vocab-size", "300"},
                         {"embedding-dim", "8"},
                         {"hidden-size", "8"},
                         {"cache-dir", (folder_.path() / "cache").string()}}};
  }
  TrainingOptions small_series(const std::string& seed = "1") const {
    return {.settings = {{"epochs", "2"}, {"threads", "1"}, {"hidden-sizes", "8"}, {"seed", seed}}};
  }
  TrainingOptions small_forecast() const {
    return {
        .settings = {{"epochs", "2"}, {"threads", "1"}, {"hidden-size", "8"}, {"horizon", "6"}}};
  }

  TrainingOptions small_language() const {
    auto options = small_text();
    options.settings["valid-share"] = "0.2";
    return options;
  }

  TestFolder folder_;
  const std::filesystem::path reviews_ = folder_.write("reviews.csv", labelled_reviews());
  const std::filesystem::path motions_ = folder_.write("motions.csv", rising_and_falling());
  const std::filesystem::path load_ = folder_.write("load.csv", monthly_load());
};

}  // namespace mnemo
