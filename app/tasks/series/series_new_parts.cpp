#include "app/tasks/series/series_new_parts.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "app/tasks/series/train_series_options.h"
#include "datasets/message_text.h"

namespace mnemo {
namespace {

NewParts other_answers(const SeriesSettings& before, const SeriesSettings& now) {
  if (before.target_kind != now.target_kind) {
    return new_dense_layer(fmt::format("a series has a {} now, and had a {}",
                                       enum_name(now.target_kind), enum_name(before.target_kind)));
  }
  if (before.labels.names() != now.labels.names()) {
    return new_dense_layer(tell_others("labels", now.labels.names(), before.labels.names()));
  }
  if (before.target_scaling.size() != now.target_scaling.size()) {
    return new_dense_layer(fmt::format("a series has {} now, and had {}",
                                       counted(std::ssize(now.target_scaling), "number"),
                                       counted(std::ssize(before.target_scaling), "number")));
  }
  // Only files with a header have names for them.
  const auto& [old_names, names] =
      std::pair(before.reader.target_columns, now.reader.target_columns);
  if (now.target_kind == TargetKind::number && old_names != names) {
    return new_dense_layer(tell_others("columns of the numbers", names, old_names));
  }
  return {};
}

NewParts new_of_series(const StoredModel& run, const SeriesSettings& settings, const Warn& warn) {
  const auto before = series_settings_from_json(run.settings, run.path.string());
  require_same_features(run, before.features, settings.features);
  warn_of_other_settings(run, to_json(settings), marks_of<TrainSeriesOptions>(), warn);
  return other_answers(before, settings);
}

}  // namespace

NewParts new_parts(const StoredModel* run, const SeriesSettings& settings, const Warn& warn) {
  auto parts = run == nullptr ? NewParts() : new_of_series(*run, settings, warn);
  parts.trains_along = {"aux_dense", "linear"};
  return parts;
}

}  // namespace mnemo
