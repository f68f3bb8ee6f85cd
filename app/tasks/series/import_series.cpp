#include "app/tasks/series/import_series.h"

#include <set>

#include "app/settings/model_scaling.h"
#include "app/tasks/series/series_data.h"
#include "app/tasks/series/series_settings.h"
#include "app/tasks/series/train_series_options.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// Stands in for what a training reads from its file, where a model comes without one.
SeriesData data_by_names(const ImportRequest& request, const TrainSeriesOptions& like) {
  SeriesData data;
  auto& settings = data.settings;
  settings.model = like.model;
  settings.target_kind = like.target_kind;
  settings.features = request.features;
  settings.reader = like.reader;
  if (like.target_kind == TargetKind::label) {
    require_labels(request.labels, 2);
    settings.labels = LabelSet(request.labels);
  } else if (!request.labels.empty()) {
    throw SettingError("labels",
                       "are for a model that answers with them, and `target-kind` is number",
                       "leave them out");
  } else {
    settings.target_scaling.resize(like.reader.target_columns.size());
  }
  data.feature_scaling.resize(request.features.size());
  complete_model(settings);
  return data;
}

void require_names(const ImportRequest& request) {
  if (request.features.empty()) {
    throw SettingError(
        "train", "is missing",
        "name the file that the model was trained on, or its `features` and `labels`");
  }
  const std::set<std::string> once(request.features.begin(), request.features.end());
  if (once.size() < request.features.size() || once.contains("")) {
    throw SettingError("features", "names one twice, or an empty one",
                       "join the names by commas alone");
  }
}

}  // namespace

ImportedModel import_series(const ImportRequest& request, const Warn& warn) {
  const bool has_file = !request.train.empty();
  if (!has_file) require_names(request);
  if (has_file && !(request.features.empty() && request.labels.empty())) {
    throw UsageError("features and labels come from `train`: leave it out, or them");
  }
  TrainSeriesOptions like;
  std::string config = settings_of_import(request, {{"train", request.train}, {"out", request.out}},
                                          /*is_checked=*/has_file, like);
  validate_model(like);
  auto training = has_file ? read_series_data(like, warn) : data_by_names(request, like);
  auto& settings = training.settings;
  const ImportedWeights weights(request.weights);
  settings.model.linear_steps = weights.steps_read_by("linear.weight", 3);
  SeriesModule model(settings.model);
  set_scaling(model->feature_scaling(), training.feature_scaling);
  set_scaling(model->target_scaling(), settings.target_scaling);
  weights.load_into(*model);
  if (settings.target_kind == TargetKind::number) {
    settings.target_scaling = scaling_of(model->target_scaling());
  }
  return {.model = model.ptr(),
          .settings = to_json(settings),
          .data = weights.origin(request.train, training.train_sha256),
          .config_text = std::move(config)};
}

}  // namespace mnemo
