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

// An exported file takes and gives the data's units.
class ExportedForecaster : public ForecastScorer {
 public:
  ExportedForecaster(TorchScriptModel model, const ForecastSettings& settings, at::Device device)
      : model_(std::move(model)),
        device_(device),
        features_(settings.feature_scaling, settings.model.features),
        targets_(settings.target_scaling, settings.model.targets()) {
    model_.to(device);
  }

  at::Tensor forecast(const at::Tensor& history) override {
    const auto units = (history * features_.scale + features_.offset).to(device_, at::kFloat);
    auto result = model_.forward({units}).to(at::kCPU, at::kDouble);
    if (result.dim() == 3) result = result.unsqueeze(3);
    const auto scaled = (result - targets_.offset.unsqueeze(1)) / targets_.scale.unsqueeze(1);
    return scaled.to(at::kFloat);
  }

 private:
  struct Columns {
    at::Tensor offset, scale;  // (columns) double

    Columns(const std::vector<Scaling>& scaling, int64_t columns)
        : offset(at::zeros({columns}, at::kDouble)), scale(at::ones({columns}, at::kDouble)) {
      for (size_t i = 0; i < scaling.size(); ++i) {
        offset.data_ptr<double>()[i] = scaling[i].offset;
        scale.data_ptr<double>()[i] = scaling[i].scale;
      }
    }
  };

  TorchScriptModel model_;
  at::Device device_;
  Columns features_, targets_;
};

}  // namespace

ForecastPredictor load_forecast_predictor(StoredModel stored, const ComputeOptions& compute) {
  require_computable(stored, compute);
  const auto device = resolve_device(compute.device);
  auto settings = forecast_settings_from_json(stored.settings, stored.path.string());
  if (!stored.is_run()) {
    auto scorer = std::make_unique<ExportedForecaster>(
        std::get<TorchScriptModel>(std::move(stored.content)), settings, device);
    return {std::move(settings), std::move(scorer)};
  }
  ForecasterModule model(settings.model);
  load_weights(stored, *model);
  const auto type = resolve_precision(compute.precision, settings.model.cell, device);
  auto scorer = std::make_unique<EagerForecaster>(std::move(model), device, type);
  return {std::move(settings), std::move(scorer)};
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
    const auto scaled =
        predictor.scorer->forecast(histories(rows, some, model.lookback)).contiguous();
    const float* value = scaled.const_data_ptr<float>();
    const int64_t groups = std::ssize(some) * model.horizon;
    for (int64_t group = 0; group < groups; ++group) {
      for (const auto& [offset, scale] : predictor.settings.target_scaling) {
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
