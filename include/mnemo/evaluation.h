// A model's figures on a file whose answers are known, whatever its task.
//
//   const auto evaluation = mnemo::evaluate("runs/reviews", "test.csv");
//   // evaluation.metric("accuracy")
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "mnemo/error.h"
#include "mnemo/metric.h"
#include "mnemo/options.h"

namespace mnemo {

struct EvaluationOptions {
  // Rows whose forecasts count, as in BacktestOptions; of forecasters only.
  std::string part = "auto";
  int64_t stride = 1;   // rows between two forecasts of a series, likewise; at least 1
  int64_t windows = 0;  // that count of each series, the last of them; 0: all
  DataOptions data = {};
  LoadOptions load = {};
};

struct EvaluationResult {
  std::string task = {};  // "text", "series", "forecast"
  std::string part = {};  // that counted
  // The numbers of `json`, but for those in lists, by their names there; a number in an object
  // within it has both names: "naive.mse". Figures are means over rows, targets and steps.
  //   labels: n, loss (cross-entropy, nats), accuracy, macro_f1 (shares of 1)
  //   numbers: n, mse, mae, rmse (in the data's units, squared for mse), r2
  //   forecasts: n (windows), season (rows), mse, mae, rmse, mape and smape (percent), mase (of the
  //   seasonal naive forecast's error: Hyndman and Koehler 2006), scaled_mse and scaled_mae (after
  //   the training part's scaling), owa (of M4, beside Naive2); the same below "naive.",
  //   "seasonal_naive.", "naive2.", "by_target.NAME."
  std::vector<Metric> metrics = {};
  std::string json = {};  // what `mnemo evaluate --json` prints
  std::string text = {};  // what `mnemo evaluate` prints, for people

  // Throws UsageError, naming those there are, for one that is not there.
  double metric(const std::string& name) const;
};

// Evaluates as `mnemo evaluate` does. Throws what Classifier::load() and the functions for files
// throw, and Error for a file without the right answers. Safe to call from many threads at once, of
// one model too.
EvaluationResult evaluate(const std::filesystem::path& run_or_model,
                          const std::filesystem::path& file, const EvaluationOptions& options = {});

}  // namespace mnemo
