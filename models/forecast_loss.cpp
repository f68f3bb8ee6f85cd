#include "models/forecaster.h"

namespace mnemo {

at::Tensor forecast_loss_sum(const at::Tensor& forecast, const at::Tensor& targets,
                             ForecastLoss loss) {
  const auto per_sample = static_cast<double>(targets.size(1) * targets.size(2));
  const auto sum = [&] {
    switch (loss) {
      case ForecastLoss::mse:
        return at::mse_loss(forecast, targets, at::Reduction::Sum);
      case ForecastLoss::mae:
        return at::l1_loss(forecast, targets, at::Reduction::Sum);
      case ForecastLoss::huber:
        return at::huber_loss(forecast, targets, at::Reduction::Sum);
    }
    TORCH_INTERNAL_ASSERT(false, "unhandled loss");
  }();
  return sum / per_sample;
}

at::Tensor pinball_loss_sum(const at::Tensor& forecast, const at::Tensor& targets,
                            const std::vector<double>& quantiles) {
  const auto per_sample =
      static_cast<double>(targets.size(1) * targets.size(2) * std::ssize(quantiles));
  const auto levels = at::tensor(quantiles, forecast.options());  // (Q)
  const auto error = targets.unsqueeze(3) - forecast;             // (B, horizon, K, Q)
  return at::maximum(levels * error, (levels - 1.0) * error).sum() / per_sample;
}

}  // namespace mnemo
