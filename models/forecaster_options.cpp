// The columns that a forecaster sees, and the options that make no model.
#include <fmt/format.h>

#include <algorithm>

#include "mnemo/error.h"
#include "models/forecaster.h"

namespace mnemo {

std::vector<int64_t> ForecasterOptions::other_columns() const {
  std::vector<int64_t> others;
  for (int64_t column = 0; column < inputs(); ++column) {
    if (std::ranges::find(target_columns, column) == target_columns.end()) others.push_back(column);
  }
  return others;
}

void validate(const ForecasterOptions& options) {
  if (options.model == ForecastModel::automatic) throw Error("a forecaster's model is not chosen");
  if (options.model == ForecastModel::decoder && options.cell == Cell::transformer) {
    throw SettingError("cell",
                       "transformer has no state for `model` decoder to go on from: take `model` "
                       "segments, or a recurrent cell");
  }
  const bool targets_in_sight =
      std::ranges::find(options.target_columns, -1) == options.target_columns.end();
  if (options.model == ForecastModel::segments && !targets_in_sight) {
    throw SettingError("features",
                       "leaves a target out, and `model` segments forecasts each target from its "
                       "own past: add the target to `features`, or take `model` stacked");
  }
  if (options.normalization != WindowNormalization::none && !targets_in_sight) {
    throw SettingError("features",
                       "leaves a target out, so there is no past of it to normalise by: add it to "
                       "`features`, or take `normalization` none");
  }
  if (options.window_scaling != WindowScaling::none && !targets_in_sight) {
    throw SettingError("features",
                       "leaves a target out, so there is no past of it to scale each series by: "
                       "add it to `features`, or take `scale-by` file");
  }
  if (options.autoregression > 0 && !targets_in_sight) {
    throw Error("an autoregression reads each target's own past, and one is no feature");
  }
  if (options.autoregression > options.lookback) {
    throw Error(fmt::format("an autoregression of {} rows reads more than the {} of a window",
                            options.autoregression, options.lookback));
  }
  if (options.reconstruction && options.cell == Cell::transformer) {
    throw SettingError("reconstruction-weight",
                       "asks the final state of a cell what it has read, and `cell` transformer "
                       "has none: leave it out");
  }
  if (options.model != ForecastModel::stacked && options.inner_norm == Norm::batch) {
    throw SettingError("inner-norm",
                       "batch would norm look-back and horizon, which `model` segments and decoder "
                       "read one after the other, by different batches: take `inner-norm` layer");
  }
  if (options.model == ForecastModel::segments && options.segment > options.lookback) {
    throw SettingError("segment", fmt::format("{} is longer than `lookback` {}", options.segment,
                                              options.lookback));
  }
}

}  // namespace mnemo
