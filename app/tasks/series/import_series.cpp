#include "app/tasks/series/import_series.h"

#include "app/settings/model_scaling.h"
#include "app/tasks/series/series_data.h"
#include "app/tasks/series/series_settings.h"
#include "app/tasks/series/train_series_options.h"

namespace mnemo {

ImportedModel import_series(const ImportRequest& request, const Warn& warn) {
  TrainSeriesOptions like;
  std::string config = settings_of_import_with_data(request, like);
  auto training = read_series_data(like, warn);
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
