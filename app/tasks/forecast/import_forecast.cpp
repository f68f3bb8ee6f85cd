#include "app/tasks/forecast/import_forecast.h"

#include "app/settings/model_scaling.h"
#include "app/tasks/forecast/forecast_data.h"
#include "app/tasks/forecast/forecast_settings.h"
#include "app/tasks/forecast/train_forecast_options.h"

namespace mnemo {

ImportedModel import_forecast(const ImportRequest& request, const Warn& warn) {
  require_training_file(request);
  TrainForecastOptions like;
  std::string config = settings_of_import(request, {{"train", request.train}, {"out", request.out}},
                                          /*is_checked=*/true, like);
  auto training = read_forecast_data(like, warn);
  auto& settings = training.settings;
  const ImportedWeights weights(request.weights);
  settings.model.autoregression = weights.steps_read_by("autoregression.weight", 2);
  settings.model.calibrated = weights.steps_read_by("calibration", 2) > 0;
  ForecasterModule model(settings.model);
  set_scaling(model->feature_scaling(), settings.feature_scaling);
  set_scaling(model->target_scaling(), settings.target_scaling);
  weights.load_into(*model);
  settings.feature_scaling = scaling_of(model->feature_scaling());
  settings.feature_scaling.resize(seen_columns(settings).size());  // without what has none
  settings.target_scaling = scaling_of(model->target_scaling());
  return {.model = model.ptr(),
          .settings = to_json(settings),
          .data = weights.origin(request.train, training.table.sha256),
          .config_text = std::move(config)};
}

}  // namespace mnemo
