// How far forecasts are from what came.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

// Means over windows, horizon steps and targets. In the data's units unless "scaled", as the
// literature counts: after the scaling that the training part was given.
struct ForecastErrors {
  double mse = 0.0, mae = 0.0, rmse = 0.0;
  std::optional<double> mape = {};  // percent, over values that are not 0; nothing when all are
  double smape = 0.0;               // percent, 200 |y - f| / (|y| + |f|), 0 where both are 0
  // Mean absolute error over that of the seasonal naive forecast in the training part (Hyndman and
  // Koehler 2006), the mean over targets; nothing when no target varies there.
  std::optional<double> mase = {};
  double scaled_mse = 0.0, scaled_mae = 0.0;
  // The mean over all quantiles (Koenker and Bassett 1978), and the same of scaled numbers. A
  // forecast of one number is each of its quantiles.
  std::optional<double> pinball = {}, scaled_pinball = {};
  // The overall weighted average of the M4 competition: the mean of sMAPE over Naive2's and of MASE
  // over Naive2's; nothing where these are undefined, or 0.
  std::optional<double> owa = {};
};

// OWA of these errors beside Naive2's over the same values.
std::optional<double> overall_weighted_average(const ForecastErrors& errors,
                                               const ForecastErrors& naive2);

// How much of the data the figures speak for that are not defined everywhere.
struct CountedValues {
  int64_t values = 0, mape_values = 0;    // to be forecast, and those of them that are not 0
  int64_t targets = 0, mase_targets = 0;  // and those of them that vary in the training part
};

// Numbers of each target that are needed besides its values.
struct TargetScale {
  std::string name;
  double scale = 1.0;           // of the scaling
  double seasonal_error = 0.0;  // see ForecastSettings
};

// Adds up errors by horizon step and target.
class ForecastErrorCounter {
 public:
  ForecastErrorCounter(std::vector<TargetScale> targets, int64_t horizon);

  void add(int64_t step, int64_t target, double forecast, double actual);
  // `scaled`: by the series' own numbers, in the place of the targets'. Errors that are counted so
  // are scaled one by one.
  void add(int64_t step, int64_t target, double forecast, double actual, const TargetScale& own);
  // The quantiles' mean pinball loss, in the data's units.
  void add_pinball(int64_t step, int64_t target, double loss, double scale);

  ForecastErrors overall() const;
  CountedValues counted() const;
  ForecastErrors of_step(int64_t step) const;
  ForecastErrors of_target(int64_t target) const;

 private:
  struct Sums {
    double squared = 0.0, absolute = 0.0, relative = 0.0, symmetric = 0.0;
    int64_t count = 0, relative_count = 0;
    // These are scaled by numbers of each error's own.
    double own_squared = 0.0, own_absolute = 0.0, own_seasonal = 0.0;
    int64_t own_count = 0, own_seasonal_count = 0;
    double pinball = 0.0, own_pinball = 0.0;
    int64_t pinball_count = 0;

    void add(const Sums& other);
  };

  const Sums& at(int64_t step, int64_t target) const;
  ForecastErrors errors_of(std::span<const Sums> by_target) const;  // of each target in turn
  std::vector<Sums> by_target() const;

  std::vector<TargetScale> targets_;
  int64_t horizon_;
  std::vector<Sums> sums_;  // (horizon, targets)
};

// How often what came lay between two quantiles of the forecast.
struct IntervalCoverage {
  double low = 0.0, high = 0.0;  // the quantiles
  double share = 0.0;            // should be near high - low
  double width = 0.0;            // the mean distance between them, in the data's units
  double scaled_width = 0.0;
};

// A forecast that the model's is compared with.
struct Reference {
  std::string key;           // in JSON
  std::string name;          // for people, in a table
  std::string in_words;      // in a sentence, before "forecast"
  bool is_shown = true;      // to people
  bool is_compared = false;  // in a sentence
};

// How the errors of one series are, each by its own scale and seasonal error.
struct SeriesErrors {
  std::string name;
  int64_t windows = 0;
  ForecastErrors model;
  std::vector<ForecastErrors> references;
};

// This is compared with the naive forecasts in words.
enum class Headline {
  squared,         // MSE
  scaled_squared,  // of targets whose scales differ
  mase,            // of series whose scales differ
  pinball,         // of quantiles without a median
};

struct ForecastMetrics {
  std::string part;
  std::string name = "model";  // and of a quantile that is no median, which
  int64_t n = 0;               // windows
  int64_t season = 1;
  ForecastErrors model;
  // Forecasts that the model's is compared with, the naive one first, and the errors of each.
  std::vector<Reference> references;
  std::vector<ForecastErrors> reference_errors;
  std::vector<ForecastErrors> by_step;
  std::vector<std::string> targets;
  std::vector<ForecastErrors> by_target;
  std::vector<IntervalCoverage> coverage;
  CountedValues counted;
  // Several series: MAPE, sMAPE and MASE above are means over them, and OWA is of these means.
  std::vector<SeriesErrors> by_series;
  // False: the series' scales are too far apart for MSE, MAE and RMSE of all to say anything.
  bool is_pooled = true;
  Headline headline = Headline::squared;

  // The errors of the reference of that key; null: there is none.
  const ForecastErrors* errors_of(std::string_view key) const;
};

nlohmann::json to_json(const ForecastMetrics& metrics);
// A table for people.
std::string to_text(const ForecastMetrics& metrics);

}  // namespace mnemo
