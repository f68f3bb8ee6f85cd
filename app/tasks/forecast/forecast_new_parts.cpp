#include "app/tasks/forecast/forecast_new_parts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/tasks/forecast/train_forecast_options.h"

namespace mnemo {
namespace {

using Names = std::vector<std::string>;

// Which of a forecaster's tensors hang on what.
NewParts other_forecasts(const ForecastSettings& before, const ForecastSettings& now) {
  const bool stacked = now.model.model == ForecastModel::stacked;
  const bool decodes = now.model.model == ForecastModel::decoder;
  NewParts parts;
  Names reasons;
  const auto add = [&](const char* part, std::string reason) {
    if (std::ranges::find(parts.names, part) == parts.names.end()) parts.names.emplace_back(part);
    reasons.push_back(std::move(reason));
  };
  if (before.targets != now.targets) {
    add(stacked || decodes ? kDenseLayer : "target_embedding",
        tell_others("targets", now.targets, before.targets));
  }
  const bool longer = stacked ? before.model.horizon != now.model.horizon
                              : before.model.output_segments() != now.model.output_segments();
  if (longer && !decodes) {
    add(stacked ? kDenseLayer : "position_embedding",
        fmt::format("the horizon is {}, and was {}", now.model.horizon, before.model.horizon));
  }
  if (before.quantiles != now.quantiles) {
    const auto text = [](const std::vector<double>& quantiles) {
      return quantiles.empty() ? std::string("none")
                               : fmt::format("{}", fmt::join(quantiles, ", "));
    };
    add(kDenseLayer, fmt::format("the quantiles are {}, and were {}", text(now.quantiles),
                                 text(before.quantiles)));
  }
  parts.reason = fmt::format("{}", fmt::join(reasons, "; "));
  return parts;
}

// Columns of the file, then those of holidays and of the calendar.
Names all_features(const ForecastSettings& settings) {
  Names names = seen_columns(settings);
  for (const auto& column : made_columns(settings)) names.push_back(column);
  return names;
}

NewParts new_of_forecaster(const StoredModel& run, const ForecastSettings& settings,
                           const Warn& warn) {
  const auto before = forecast_settings_from_json(run.settings, run.path.string());
  require_same_features(run, all_features(before), all_features(settings));
  warn_of_other_settings(run, to_json(settings), marks_of<TrainForecastOptions>(), warn);
  return other_forecasts(before, settings);
}

}  // namespace

NewParts new_parts(const StoredModel* run, const ForecastSettings& settings, const Warn& warn) {
  auto parts = run == nullptr ? NewParts() : new_of_forecaster(*run, settings, warn);
  parts.trains_along = {"reconstruction", "autoregression"};
  return parts;
}

}  // namespace mnemo
