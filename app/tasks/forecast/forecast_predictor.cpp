#include "app/tasks/forecast/forecast_predictor.h"

#include <algorithm>
#include <utility>

namespace mnemo {
namespace {

constexpr size_t kWindowsAtOnce = 128;

class EagerForecaster : public ForecastScorer {
 public:
  EagerForecaster(ForecasterModule model, at::Device device, at::ScalarType compute_type)
      : model_(std::move(model)), device_(device) {
    context_.compute_type = compute_type;
    model_->to(device);
    model_->eval();
  }

  at::Tensor forecast(const at::Tensor& history) override {
    const at::NoGradGuard no_grad;
    const auto result = model_->forward(history.to(device_), context_).to(at::kCPU);
    return result.dim() == 3 ? result.unsqueeze(3) : result;
  }

 private:
  ForecasterModule model_;
  at::Device device_;
  ForwardContext context_;
};

class ExportedForecaster : public ForecastScorer {
 public:
  ExportedForecaster(TorchScriptModel model, at::Device device)
      : model_(std::move(model)), device_(device) {
    model_.to(device);
  }

  at::Tensor forecast(const at::Tensor& history) override {
    const auto result = model_.forward({history.to(device_)}).to(at::kCPU);
    return result.dim() == 3 ? result.unsqueeze(3) : result;
  }

 private:
  TorchScriptModel model_;
  at::Device device_;
};

}  // namespace

ForecastPredictor load_forecast_predictor(StoredModel stored, const ComputeOptions& compute) {
  require_computable(stored, compute);
  const auto device = resolve_device(compute.device);
  auto settings = forecast_settings_from_json(stored.settings, stored.path.string());
  if (!stored.is_run()) {
    auto scorer = std::make_unique<ExportedForecaster>(
        std::get<TorchScriptModel>(std::move(stored.content)), device);
    std::vector<Scaling> features(settings.features.size()), targets(settings.targets.size());
    return {.settings = std::move(settings),
            .scorer = std::move(scorer),
            .feature_scaling = std::move(features),
            .target_scaling = std::move(targets)};
  }
  ForecasterModule model(settings.model);
  load_weights(stored, *model);
  const auto type = resolve_precision(compute.precision, settings.model.cell, device);
  auto scorer = std::make_unique<EagerForecaster>(std::move(model), device, type);
  auto features = settings.feature_scaling, targets = settings.target_scaling;
  return {.settings = std::move(settings),
          .scorer = std::move(scorer),
          .feature_scaling = std::move(features),
          .target_scaling = std::move(targets)};
}

ForecastRows make_rows(const NumberTable& table, const ForecastPredictor& predictor) {
  return make_rows(table, predictor.settings, predictor.feature_scaling);
}

Forecasts forecast_windows(ForecastPredictor& predictor, const ForecastRows& rows,
                           std::span<const int64_t> origins,
                           const std::function<void(int64_t)>& progress) {
  const auto& model = predictor.settings.model;
  Forecasts result{.horizon = model.horizon,
                   .targets = model.targets(),
                   .outputs = model.outputs(),
                   .values = {}};
  for (size_t begin = 0; begin < origins.size(); begin += kWindowsAtOnce) {
    const auto some = origins.subspan(begin, std::min(kWindowsAtOnce, origins.size() - begin));
    const auto answers =
        predictor.scorer->forecast(histories(rows, some, model.lookback)).contiguous();
    const float* value = answers.const_data_ptr<float>();
    const int64_t groups = std::ssize(some) * model.horizon;
    for (int64_t group = 0; group < groups; ++group) {
      for (const auto& [offset, scale] : predictor.target_scaling) {
        for (int64_t output = 0; output < result.outputs; ++output) {
          result.values.push_back(static_cast<double>(*value++) * scale + offset);
        }
      }
    }
    if (progress) progress(static_cast<int64_t>(begin + some.size()));
  }
  return result;
}

}  // namespace mnemo
