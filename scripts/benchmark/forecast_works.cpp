#include "scripts/benchmark/forecast_works.h"

#include <cmath>
#include <memory>
#include <utility>

#include "app/settings/compute.h"
#include "app/tasks/forecast/forecast_objective.h"
#include "app/tasks/forecast/forecast_settings.h"
#include "mnemo/error.h"
#include "models/initialization.h"
#include "scripts/benchmark/training.h"

namespace mnemo::benchmark {
namespace {

using nlohmann::json;

ForecastSettings settings_of(const json& model) {
  ForecastSettings settings;
  const auto columns = model.at("columns").get<int64_t>();
  for (int64_t i = 0; i < columns; ++i) settings.targets.push_back(std::to_string(i));
  settings.features = settings.targets;
  settings.feature_scaling.resize(settings.features.size());
  settings.target_scaling.resize(settings.targets.size());
  auto& options = settings.model;
  model.at("lookback").get_to(options.lookback);
  model.at("horizon").get_to(options.horizon);
  model.at("dropout").get_to(options.dropout);
  if (model.contains("hidden_sizes")) {
    options.model = ForecastModel::stacked;
    options.normalization = WindowNormalization::none;
    model.at("hidden_sizes").get_to(options.hidden_sizes);
  } else {
    model.at("segment").get_to(options.segment);
    model.at("hidden_size").get_to(options.hidden_size);
  }
  complete_model(settings);
  return settings;
}

// Windows of a random table, epoch after epoch.
class EndlessWindows {
 public:
  EndlessWindows(const ForecastSettings& settings, int64_t batch_size)
      : batches_(random_rows(settings), settings, origins(settings), batch_size,
                 BatchOrder::shuffled, kSeed, at::kCPU) {}

  LabelledBatch next() {
    if (next_ == count_) {
      count_ = batches_.start_epoch(++epoch_);
      next_ = 0;
    }
    return batches_.batch(next_++);
  }

 private:
  static constexpr int64_t kWindows = 2000;

  static std::shared_ptr<const ForecastRows> random_rows(const ForecastSettings& settings) {
    const auto& model = settings.model;
    const int64_t rows = model.lookback + kWindows + model.horizon;
    auto data = std::make_shared<ForecastRows>();
    data->features = at::randn({rows, model.features});
    const float* numbers = data->features.const_data_ptr<float>();
    data->targets.assign(numbers, numbers + data->features.numel());
    return data;
  }

  static std::vector<int64_t> origins(const ForecastSettings& settings) {
    return window_origins(0, {0, settings.model.lookback + kWindows + settings.model.horizon},
                          {settings.model.lookback, settings.model.horizon});
  }

  WindowBatches batches_;
  int64_t count_ = 0, next_ = 0, epoch_ = 0;
};

}  // namespace

Step train_windows(const json& request) {
  const auto settings = settings_of(request.at("model"));
  ForecasterModule model(settings.model);
  initialize_parameters(*model, {}, make_generator(at::kCPU, kSeed));
  const auto loss =
      settings.model.model == ForecastModel::stacked ? ForecastLoss::mse : ForecastLoss::mae;
  const auto windows =
      std::make_shared<EndlessWindows>(settings, request.at("batch").get<int64_t>());
  return make_training(std::make_unique<ForecastObjective>(model, loss, std::vector<double>{},
                                                           at::kCPU, number_type(request)),
                       request.at("clip_norm").get<double>(),
                       [windows] { return windows->next(); });
}

}  // namespace mnemo::benchmark
