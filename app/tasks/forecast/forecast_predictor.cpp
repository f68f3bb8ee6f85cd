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

  RowUnits units() const override { return by_window() ? RowUnits::of_data : RowUnits::scaled; }

  at::Tensor forecast(const at::Tensor& history) const override {
    const at::NoGradGuard no_grad;
    const auto input = history.to(device_);
    const auto result =
        (by_window() ? model_->forecast(input, context_) : model_->forward(input, context_))
            .to(at::kCPU);
    return result.dim() == 3 ? result.unsqueeze(3) : result;
  }

 private:
  bool by_window() const { return model_->options().window_scaling != WindowScaling::none; }

  // LibTorch's modules compute in methods that are not const; these write nothing.
  mutable ForecasterModule model_;
  at::Device device_;
  ForwardContext context_;
};

// A file of mnemo 0.1 scales in floats, and takes nothing else.
class ExportedForecaster : public ForecastScorer {
 public:
  ExportedForecaster(TorchScriptModel model, at::Device device)
      : model_(std::move(model)), device_(device), type_(model_.type_of("feature_scaling_offset")) {
    model_.to(device);
  }

  RowUnits units() const override { return RowUnits::of_data; }

  at::Tensor forecast(const at::Tensor& history) const override {
    const auto result = model_.forward({history.to(device_, type_)}).to(at::kCPU);
    return result.dim() == 3 ? result.unsqueeze(3) : result;
  }

 private:
  TorchScriptModel model_;
  at::Device device_;
  at::ScalarType type_;
};

}  // namespace

ForecastPredictor load_forecast_predictor(StoredModel stored, const ComputeOptions& compute) {
  require_computable(stored, compute);
  const auto device = resolve_device(compute.device);
  auto settings = forecast_settings_from_json(stored.settings, stored.path.string());
  if (!stored.is_run()) {
    auto scorer = std::make_unique<ExportedForecaster>(
        std::get<TorchScriptModel>(std::move(stored.content)), device);
    return {std::move(settings), std::move(scorer)};
  }
  ForecasterModule model(settings.model);
  load_weights(stored, *model);
  const auto type = resolve_precision(compute.precision, settings.model.cell, device);
  auto scorer = std::make_unique<EagerForecaster>(std::move(model), device, type);
  return {std::move(settings), std::move(scorer)};
}

ForecastRows make_rows(const NumberTable& table, const ForecastPredictor& predictor) {
  return make_rows(table, predictor.settings, predictor.scorer->units());
}

Forecasts forecast_windows(const ForecastPredictor& predictor, const ForecastRows& rows,
                           std::span<const int64_t> origins) {
  const auto& model = predictor.settings.model;
  auto target_scaling = predictor.settings.target_scaling;
  if (predictor.scorer->units() == RowUnits::of_data) std::ranges::fill(target_scaling, Scaling{});
  Forecasts result{.horizon = model.horizon,
                   .targets = model.targets(),
                   .outputs = model.outputs(),
                   .values = {}};
  for (size_t begin = 0; begin < origins.size(); begin += kWindowsAtOnce) {
    const auto some = origins.subspan(begin, std::min(kWindowsAtOnce, origins.size() - begin));
    const auto answers =
        predictor.scorer->forecast(histories(rows, some, model)).to(at::kDouble).contiguous();
    const double* value = answers.const_data_ptr<double>();
    const int64_t groups = std::ssize(some) * model.horizon;
    for (int64_t group = 0; group < groups; ++group) {
      for (const auto& [offset, scale] : target_scaling) {
        for (int64_t output = 0; output < result.outputs; ++output) {
          const double number = *value++ * scale + offset;
          result.values.push_back(model.non_negative ? std::max(0.0, number) : number);
        }
      }
    }
  }
  return result;
}

}  // namespace mnemo
