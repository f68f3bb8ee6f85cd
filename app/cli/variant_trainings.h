// The trainings of `mnemo compare`: each variant with each seed, one after another.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/cli/console.h"
#include "app/search/comparison.h"
#include "app/search/variants.h"
#include "app/settings/settings_text.h"
#include "app/settings/task.h"

namespace mnemo {

struct VariantTrainingOptions {
  Task task = Task::text;
  std::filesystem::path out = {};  // the runs go to a folder in it
  std::string test_file = {};      // to measure on; without it the rows held out are measured on
  int64_t seeds = 3;               // 1, 2 and so on
};

class VariantTrainings {
 public:
  VariantTrainings(VariantTrainingOptions options, std::vector<Variant> variants, Console& console);

  // Resolves the settings of all trainings, so that what is refused is before the first of them.
  // `split`: what says which rows are held out, one split for all.
  // `is_own`: whether somebody wrote the variants for these settings; of the general ones those
  // that the trainer does not take here are left out, and named. Throws UsageError.
  void resolve(const std::vector<std::string>& arguments, const Settings& split, bool is_own);

  // Removes what was measured on another test file, before a comparison went on with this one.
  void forget_other_tests() const;

  // Trains what is not trained yet, and measures each at once; false when Ctrl-C ended it.
  // Trainings that fail are told and left out. Throws Error when nothing succeeds, and when the
  // test file cannot be measured on, which is known after the first training: all stays for
  // `--resume`.
  bool train_all();

  // The outcomes of those that succeeded, after train_all(). `figure` is told what is compared.
  std::vector<VariantOutcomes> outcomes(ComparedFigure& figure) const;

 private:
  struct Training {
    size_t variant;
    uint64_t seed;
    std::filesystem::path run;
    std::string settings = {};
    bool has_failed = false;
    std::filesystem::path config() const { return run.string() + ".ini"; }
    std::filesystem::path log() const { return run.string() + ".log"; }
    std::filesystem::path evaluation() const { return run.string() + ".test.json"; }
  };

  bool train(size_t number);
  bool measure(const Training& training) const;
  void say_outcome(size_t number) const;
  Outcome outcome_of(const Training& training, ComparedFigure& figure) const;

  VariantTrainingOptions options_;
  std::vector<Variant> variants_;
  Console& console_;
  std::vector<Training> trainings_;
};

}  // namespace mnemo
