#include "app/tasks/new_parts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <nlohmann/json.hpp>

#include "datasets/message_text.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

using Names = std::vector<std::string>;

constexpr const char* kDense = "dense";

// With another of these the weights fit, and mean something else.
void warn_of_other_settings(const StoredModel& run, const nlohmann::json& settings,
                            const Warn& warn) {
  const auto& before = run.settings.at("model");
  const auto& now = settings.at("model");
  for (const char* key : {"activation", "pooling", "heads", "attention_heads", "bidirectional",
                          "z_normalize", "normalization"}) {
    if (!now.contains(key) || now.at(key) == before.value(key, now.at(key))) continue;
    warn(
        fmt::format("{} was trained with {} {}, and now it is {}: its weights may be of little use",
                    run.path.string(), key, before.at(key).dump(), now.at(key).dump()));
  }
}

void require_same_features(const StoredModel& run, const Names& before, const Names& now) {
  if (before == now) return;
  throw Error(fmt::format(
      "--init-from {}: its features are {} ({}), and those of the training file are {} "
      "({}); give it the same columns in the same order",
      run.path.string(), before.size(), fmt::join(before, ", "), now.size(), fmt::join(now, ", ")));
}

std::string others(const char* what, const Names& now, const Names& before) {
  return fmt::format("the {} are {}, and were {}", what, listed(now), listed(before));
}

NewParts dense_for(std::string reason) { return {.names = {kDense}, .reason = std::move(reason)}; }

NewParts new_of_series(const SeriesSettings& before, const SeriesSettings& now) {
  if (before.target_kind != now.target_kind) {
    return dense_for(fmt::format("a series has a {} now, and had a {}", enum_name(now.target_kind),
                                 enum_name(before.target_kind)));
  }
  if (before.labels.names() != now.labels.names()) {
    return dense_for(others("labels", now.labels.names(), before.labels.names()));
  }
  if (before.target_scaling.size() != now.target_scaling.size()) {
    return dense_for(fmt::format("a series has {} now, and had {}",
                                 counted(std::ssize(now.target_scaling), "number"),
                                 counted(std::ssize(before.target_scaling), "number")));
  }
  // Only files with a header have names for them.
  const auto& [old_names, names] =
      std::pair(before.reader.target_columns, now.reader.target_columns);
  if (now.target_kind == TargetKind::number && old_names != names) {
    return dense_for(others("columns of the numbers", names, old_names));
  }
  return {};
}

// Which of a forecaster's tensors hang on what.
NewParts new_of_forecaster(const ForecastSettings& before, const ForecastSettings& now) {
  const bool stacked = now.model.model == ForecastModel::stacked;
  NewParts parts;
  Names reasons;
  const auto add = [&](const char* part, std::string reason) {
    if (std::ranges::find(parts.names, part) == parts.names.end()) parts.names.emplace_back(part);
    reasons.push_back(std::move(reason));
  };
  if (before.targets != now.targets) {
    add(stacked ? kDense : "target_embedding", others("targets", now.targets, before.targets));
  }
  const bool longer = stacked ? before.model.horizon != now.model.horizon
                              : before.model.output_segments() != now.model.output_segments();
  if (longer) {
    add(stacked ? kDense : "position_embedding",
        fmt::format("the horizon is {}, and was {}", now.model.horizon, before.model.horizon));
  }
  if (before.quantiles != now.quantiles) {
    const auto text = [](const std::vector<double>& quantiles) {
      return quantiles.empty() ? std::string("none")
                               : fmt::format("{}", fmt::join(quantiles, ", "));
    };
    add(kDense, fmt::format("the quantiles are {}, and were {}", text(now.quantiles),
                            text(before.quantiles)));
  }
  parts.reason = fmt::format("{}", fmt::join(reasons, "; "));
  return parts;
}

// Columns of the file, then those of the calendar.
Names all_features(const ForecastSettings& settings) {
  Names names = settings.features;
  for (const auto& column : calendar_columns(settings.calendar)) names.push_back(column);
  return names;
}

}  // namespace

NewParts new_parts(const StoredModel* run, const TextSettings& settings, const Warn& warn) {
  if (run == nullptr) return {};
  if (run->is_pretrained) {
    return {.names = {"pooling", "batch_norm", "layer_norm", kDense},
            .reason = fmt::format("{} is a language model", run->path.string())};
  }
  const auto before = text_settings_from_json(run->settings, run->path.string());
  warn_of_other_settings(*run, to_json(settings), warn);
  if (before.labels.names() == settings.labels.names()) return {};
  return dense_for(others("labels", settings.labels.names(), before.labels.names()));
}

NewParts new_parts(const StoredModel* run, const SeriesSettings& settings, const Warn& warn) {
  if (run == nullptr) return {};
  const auto before = series_settings_from_json(run->settings, run->path.string());
  require_same_features(*run, before.features, settings.features);
  warn_of_other_settings(*run, to_json(settings), warn);
  return new_of_series(before, settings);
}

NewParts new_parts(const StoredModel* run, const ForecastSettings& settings, const Warn& warn) {
  if (run == nullptr) return {};
  const auto before = forecast_settings_from_json(run->settings, run->path.string());
  require_same_features(*run, all_features(before), all_features(settings));
  warn_of_other_settings(*run, to_json(settings), warn);
  return new_of_forecaster(before, settings);
}

}  // namespace mnemo
