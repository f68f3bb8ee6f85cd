#include "app/training/autoregression.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace mnemo {
namespace {

// Of `batches` windows, from batch `begin` on.
RegressionSums sums_of(const Forecaster& model, WindowBatches& windows, int64_t begin,
                       int64_t batches) {
  const auto& options = model->options();
  RegressionSums sums(options.lookback, options.horizon);
  for (int64_t i = begin; i < begin + batches; ++i) {
    const auto batch = windows.batch(i);
    const auto rows = model->regression_rows(batch.inputs.values, batch.targets);
    sums.add(rows.inputs.to(at::kCPU), rows.outputs.to(at::kCPU));
  }
  return sums;
}

torch::nn::Linear module_of(const LinearMap& map, const at::Device& device) {
  torch::nn::Linear module(map.weight.size(1), map.weight.size(0));
  module->weight.copy_(map.weight);
  module->bias.copy_(map.bias);
  module->to(device);
  return module;
}

// A forecast of the layers, as the model gives it, with the linear one (B, horizon, K) in the place
// of a share of its centre.
at::Tensor mixed(const at::Tensor& forecast, const at::Tensor& linear, double share,
                 const ForecasterOptions& options) {
  if (options.quantiles == 0) return forecast.lerp(linear, share);
  return forecast + ((linear - forecast.select(3, options.centre)) * share).unsqueeze(3);
}

struct HeldOut {
  at::Tensor forecast, linear, targets;
};

HeldOut answer(Forecaster& model, torch::nn::Linear& map, WindowBatches& windows) {
  std::vector<at::Tensor> forecasts, linears, targets;
  const int64_t batches = windows.start_epoch(1);
  for (int64_t i = 0; i < batches; ++i) {
    const auto batch = windows.batch(i);
    forecasts.push_back(model->forward(batch.inputs.values));
    linears.push_back(model->linear_forecast(batch.inputs.values, map));
    targets.push_back(batch.targets);
  }
  return {.forecast = at::cat(forecasts), .linear = at::cat(linears), .targets = at::cat(targets)};
}

// The share from 0 to 1 that loses least, to a hundredth. The losses are convex in it.
double best_share(const HeldOut& held_out, const ForecastObjective& objective,
                  const ForecasterOptions& options) {
  constexpr int kHundredths = 100;
  const auto loss = [&](int hundredths) {
    const auto forecast = mixed(held_out.forecast, held_out.linear,
                                static_cast<double>(hundredths) / kHundredths, options);
    return objective.measure(forecast, held_out.targets).loss;
  };
  int low = 0, high = kHundredths;
  while (low < high) {
    const int middle = (low + high) / 2;
    if (loss(middle) <= loss(middle + 1)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return static_cast<double>(low) / kHundredths;
}

std::string in_words(const LossSum& valid) {
  return fmt::format("validation loss {:.4f}, mse {:.4f}", valid.mean_loss(), valid.mean_metric());
}

}  // namespace

std::vector<int64_t> thinned(const std::vector<int64_t>& origins, int64_t most) {
  const int64_t size = std::ssize(origins);
  most = std::max<int64_t>(1, most);
  const int64_t stride = std::max<int64_t>(1, (size + most - 1) / most);
  std::vector<int64_t> kept;
  for (int64_t i = (size - 1) % stride; i < size; i += stride) {
    kept.push_back(origins[static_cast<size_t>(i)]);
  }
  return kept;
}

Autoregression fit_autoregression(const Forecaster& model, WindowBatches& windows,
                                  const AutoregressionOptions& options) {
  const at::NoGradGuard no_grad;
  const int64_t batches = windows.start_epoch(1);
  const auto late =
      static_cast<int64_t>(std::floor(options.late_share * static_cast<double>(batches)));
  auto early_sums = sums_of(model, windows, 0, batches - late);
  const auto late_sums = sums_of(model, windows, batches - late, late);
  double strength = options.strengths[options.strengths.size() / 2];
  if (late > 0) {
    const RidgeRegression early(early_sums);
    strength = *std::ranges::min_element(options.strengths, {}, [&](double candidate) {
      return late_sums.mean_squared_error(early.solve(candidate));
    });
  }
  early_sums += late_sums;
  return {.map = RidgeRegression(early_sums).solve(strength), .strength = strength};
}

AutoregressionResult add_autoregression(Forecaster& model, ForecastObjective& objective,
                                        const AutoregressionWindows& windows,
                                        const AutoregressionOptions& options, Console& console) {
  const at::NoGradGuard no_grad;
  const auto start = std::chrono::steady_clock::now();
  console.progress("autoregression: fitting");
  const auto fitted = fit_autoregression(model, *windows.fit, options);
  auto map = module_of(fitted.map, model->parameters().front().device());
  AutoregressionResult result{.strength = fitted.strength};
  if (windows.mix != nullptr) {
    const double best = best_share(answer(model, map, *windows.mix), objective, model->options());
    const double of_half = options.horizons_of_half;
    result.share =
        (windows.horizons * best + of_half * result.share) / (windows.horizons + of_half);
  }
  const int64_t batches = windows.valid->start_epoch(1);
  for (int64_t i = 0; i < batches; ++i) {
    const auto batch = windows.valid->batch(i);
    const auto forecast = model->forward(batch.inputs.values);
    const auto linear = model->linear_forecast(batch.inputs.values, map);
    const auto with_share = [&](double share) {
      return objective.measure(mixed(forecast, linear, share, model->options()), batch.targets);
    };
    result.recurrent_valid += objective.measure(forecast, batch.targets);
    result.linear_valid += with_share(1.0);
    result.valid += with_share(result.share);
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  console.end_progress();
  console.note(fmt::format("autoregression of {} rows by itself: {}; {}", model->options().lookback,
                           in_words(result.linear_valid), format_duration(seconds.count())));
  map->weight.mul_(result.share);
  map->bias.mul_(result.share);
  model->add_autoregression(map, 1.0 - result.share);
  console.note(fmt::format(
      "together: {:.2f} of the {} and {:.2f} of the autoregression; {}", 1.0 - result.share,
      model->options().cell == Cell::transformer ? "Transformer" : "recurrent layers", result.share,
      in_words(result.valid)));
  return result;
}

nlohmann::json to_json(const AutoregressionResult& result) {
  return {{"valid_loss", result.valid.mean_loss()},
          {"valid_mse", result.valid.mean_metric()},
          {"autoregression",
           {{"strength", result.strength},
            {"share", result.share},
            {"valid_loss", result.linear_valid.mean_loss()},
            {"valid_mse", result.linear_valid.mean_metric()},
            {"recurrent_valid_loss", result.recurrent_valid.mean_loss()},
            {"recurrent_valid_mse", result.recurrent_valid.mean_metric()}}}};
}

}  // namespace mnemo
