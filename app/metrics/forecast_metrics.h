// How far forecasts are from what came.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mnemo {

// Means over windows, horizon steps and targets. In the data's units unless "scaled", as the
// literature counts: after the scaling that the training part was given.
struct ForecastErrors {
  double mse = 0.0, mae = 0.0, rmse = 0.0;
  std::optional<double> mape;  // percent, over values that are not 0; nothing when all are
  double smape = 0.0;          // percent, 200 |y - f| / (|y| + |f|), 0 where both are 0
  // Mean absolute error over that of the seasonal naive forecast in the training part (Hyndman and
  // Koehler 2006), the mean over targets; nothing when no target varies there.
  std::optional<double> mase;
  double scaled_mse = 0.0, scaled_mae = 0.0;
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

  ForecastErrors overall() const;
  ForecastErrors of_step(int64_t step) const;
  ForecastErrors of_target(int64_t target) const;

 private:
  struct Sums {
    double squared = 0.0, absolute = 0.0, relative = 0.0, symmetric = 0.0;
    int64_t count = 0, relative_count = 0;

    void add(const Sums& other);
  };

  const Sums& at(int64_t step, int64_t target) const;
  ForecastErrors errors_of(std::span<const Sums> by_target) const;  // of each target in turn

  std::vector<TargetScale> targets_;
  int64_t horizon_;
  std::vector<Sums> sums_;  // (horizon, targets)
};

// How often what came lay between two quantiles of the forecast.
struct IntervalCoverage {
  double low = 0.0, high = 0.0;  // the quantiles
  double share = 0.0;            // should be near high - low
};

struct ForecastMetrics {
  std::string part;
  std::string name = "model";  // and of a quantile that is no median, which
  int64_t n = 0;               // windows
  int64_t season = 1;
  ForecastErrors model, naive, seasonal_naive;
  std::vector<ForecastErrors> by_step;
  std::vector<std::string> targets;
  std::vector<ForecastErrors> by_target;
  std::vector<IntervalCoverage> coverage;
};

nlohmann::json to_json(const ForecastMetrics& metrics);
// A table for people.
std::string to_text(const ForecastMetrics& metrics);

}  // namespace mnemo
