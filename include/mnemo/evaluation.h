// A model's figures on a file whose answers are known, whatever its task.
//
//   const auto evaluation = mnemo::evaluate("runs/reviews", "test.csv");
//   // evaluation.metric("accuracy")
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mnemo/error.h"
#include "mnemo/options.h"

namespace mnemo {

struct EvaluationOptions {
  // Rows whose forecasts count, as in BacktestOptions; of forecasters only.
  std::string part = "auto";
  DataOptions data = {};
  LoadOptions load = {};
};

struct Metric {
  std::string name;
  double value = 0.0;
};

struct EvaluationResult {
  std::string task;  // "text", "series", "forecast"
  std::string part;  // that counted
  // The numbers of `json`, but for those in lists, by their names there; a number in an object
  // within it has both names: "naive.mse". docs/metrics.md says what they are and in which units.
  std::vector<Metric> metrics;
  std::string json;  // what `mnemo evaluate --json` prints
  std::string text;  // what `mnemo evaluate` prints, for people

  // Throws UsageError, naming those there are, for one that is not there.
  double metric(const std::string& name) const;
};

// As `mnemo evaluate`. Throws what Classifier::load() and the functions for files throw, and Error
// for a file without the right answers.
EvaluationResult evaluate(const std::filesystem::path& run_or_model,
                          const std::filesystem::path& file, const EvaluationOptions& options = {});

}  // namespace mnemo
