// Forecasts as lines of CSV.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/tasks/forecast/forecast_predictor.h"
#include "app/tasks/forecast/forecast_settings.h"
#include "datasets/number_table.h"

namespace mnemo {

// All lines of a file share this; both arguments outlive it.
class ForecastLines {
 public:
  enum class Kind {
    next,     // what comes after the end of each series
    rolling,  // with the last row that is known, the step, and the values that came
  };

  ForecastLines(const ForecastSettings& settings, const NumberTable& table, Kind kind);

  std::string header() const;

  // The lines of one window. `actual` (rows, K) has the values that came; null: nobody knows yet.
  std::string lines(const Forecasts& forecasts, int64_t index, const TableSeries& series,
                    int64_t origin, const double* actual) const;

 private:
  std::string place(const TableSeries& series, int64_t row) const;
  std::string cells_of(const TableSeries& series, int64_t row) const;

  const ForecastSettings& settings_;
  const NumberTable& table_;
  bool rolling_;
  std::vector<int> digits_;  // of each target
};

}  // namespace mnemo
