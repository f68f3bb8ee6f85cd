// Forecasters: what comes after rows of a time series.
//
//   const auto forecaster = mnemo::Forecaster::load("runs/load");
//   const auto forecasts = forecaster.forecast_file("load.csv");
//   // forecasts[0].times[0], forecasts[0].values[0]
//
// The forecasts are those of `mnemo predict`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mnemo/error.h"
#include "mnemo/evaluation.h"
#include "mnemo/options.h"
#include "mnemo/rows.h"

namespace mnemo {

// The rows that come after some row of one series.
struct Forecast {
  std::string series = {};              // its name; empty where there is but one
  int64_t first_row = 0;                // that is forecast: its number within the series, from 1
  std::vector<std::string> times = {};  // (horizon) written as the rows' are; empty without times
  // (horizon, targets, quantiles), or (horizon, targets, 1) of a model without quantiles, in the
  // units of the training file.
  std::vector<double> values = {};
  std::vector<double> actual = {};  // back-tests: (horizon, targets) what came
};

struct BacktestOptions {
  int64_t stride = 0;  // rows between two forecasts of a series; 0: the horizon
  // Rows that are forecast. A file that the model was trained on has "train", "valid" and "test";
  // every file has "all", and "unseen", the rows that it was not trained on. "auto": the test part
  // of that file, and "unseen" of any other, or "all" where nothing else is left.
  std::string part = "auto";
  int64_t windows = 0;  // forecasts of each series, the last of them; 0: all
  // Each is made by a model that was trained anew, as the run was, on all rows before it: as many
  // trainings as there are times to forecast from. Only a run can, not an exported model. Forecasts
  // with too few rows before them to train on are left out, with a warning.
  bool refit = false;
  // Asked after each step of a refit; true ends the back-test with Error.
  std::function<bool()> should_stop = {};
  DataOptions data = {};
};

// Many threads may ask one forecaster at once; each gets what it would get alone.
class Forecaster {
 public:
  // Loads as Classifier::load() does.
  static Forecaster load(const std::filesystem::path& run_or_model,
                         const LoadOptions& options = {});

  Forecaster(Forecaster&&) noexcept;
  Forecaster& operator=(Forecaster&&) noexcept;
  ~Forecaster();

  int64_t lookback() const;                         // rows that the model needs of a series
  int64_t horizon() const;                          // rows that it forecasts
  const std::vector<std::string>& columns() const;  // that rows must have, targets included
  const std::vector<std::string>& targets() const;
  const std::vector<double>& quantiles() const;  // empty: one forecast of each target
  bool needs_times() const;                      // the model reads the calendar, or holidays

  // Forecasts what comes after the end of each series that has lookback() rows. Rows at the end of
  // a series whose targets are all NaN say what is known of the rows to come. Of `options` rows
  // take `missing` and `warn`. Throws UsageError for rows whose parts do not fit together; Error
  // for a column that is missing, a value that is infinite (or NaN, unless `missing` says how to
  // fill it), times that come twice or are not as far apart as the training file's, and when
  // every series is too short.
  std::vector<Forecast> forecast(const Rows& rows, const DataOptions& options = {}) const;
  // The same of a file; errors name its lines.
  std::vector<Forecast> forecast_file(const std::filesystem::path& file,
                                      const DataOptions& options = {}) const;

  // Forecasts over rows whose future is known, the actual values beside them. Throws Error when not
  // one window of lookback() and horizon() fits, UsageError for a part that the data does not have,
  // and for a stride or windows below 0; Error for a refit of an exported model.
  std::vector<Forecast> backtest(const Rows& rows, const BacktestOptions& options = {}) const;
  std::vector<Forecast> backtest_file(const std::filesystem::path& file,
                                      const BacktestOptions& options = {}) const;

  // The figures of the same forecasts beside those of forecasts by formula over the same rows, as
  // `mnemo backtest` prints them: naive, seasonal naive of each season that the rows' step
  // suggests, drift, Naive2 (M4, Makridakis et al. 2020), Theta (Assimakopoulos and Nikolopoulos
  // 2000), and exponential smoothing (ETS; Hyndman et al. 2008). Their names in metrics() are
  // "naive.", "seasonal_naive.", "seasonal_naive_168.", "drift.", "naive2.", "theta.", "ets.".
  // MSE, MAE, RMSE and pinball loss are in the data's units (those of "scaled_" names after the
  // scaling of the training part), MAPE and sMAPE in percent; MASE and OWA have no unit. Throws as
  // backtest() does; errors of a file name its lines.
  EvaluationResult backtest_figures(const Rows& rows, const BacktestOptions& options = {}) const;
  EvaluationResult backtest_figures_of_file(const std::filesystem::path& file,
                                            const BacktestOptions& options = {}) const;

 private:
  struct Impl;
  explicit Forecaster(std::unique_ptr<Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace mnemo
