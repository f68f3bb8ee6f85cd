#include "app/tasks/forecast/autoregression.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/support/wording.h"

namespace mnemo {
namespace {

constexpr double kLateShare = 0.2;  // of the training windows, by which the penalty is chosen
// Pasts of one target and what came after them, at most; of more windows every second is read,
// every third and so on.
constexpr int64_t kMostSamples = 100'000;
// Numbers held out to find the shares by, thinned in the same way.
constexpr int64_t kMostHeldOut = 10'000'000;

constexpr int64_t kWindows = 64;  // a batch, at most

// The sums are over the batches from `begin` to before `end`.
RegressionSums sums_of(const ForecasterModule& model, WindowBatches& windows, int64_t begin,
                       int64_t end, int64_t rows) {
  RegressionSums sums(rows, model->options().horizon);
  for (int64_t i = begin; i < end; ++i) {
    const auto batch = windows.batch(i);
    const auto part = model->regression_rows(batch.inputs.values, batch.targets, rows);
    sums.add(part.inputs.to(at::kCPU, at::kDouble), part.outputs.to(at::kCPU, at::kDouble));
  }
  return sums;
}

// How many of the first batches end their windows before those of batch `late` begin to forecast;
// where none do, all before it.
int64_t batches_apart(const WindowBatches& windows, int64_t late, int64_t horizon) {
  const auto& origins = windows.origins();
  const int64_t size = windows.batch_size();
  int64_t early = late;
  while (early > 0 && origins[static_cast<size_t>(early * size - 1)] + horizon >
                          origins[static_cast<size_t>(late * size)]) {
    --early;
  }
  return early > 0 ? early : late;
}

Autoregression module_of(const LinearMap& map, const at::Device& device) {
  Autoregression part(map.weight.size(1), map.weight.size(0));
  part->weight().copy_(map.weight);
  part->bias().copy_(map.bias);
  part->to(device);
  return part;
}

// A forecast of the layers, as the model gives it, with the linear one (B, horizon, K) in the place
// of a share of its centre.
at::Tensor mixed(const at::Tensor& forecast, const at::Tensor& linear, double share,
                 const ForecasterOptions& options) {
  if (options.quantiles == 0) return forecast.lerp(linear, share);
  return forecast + ((linear - forecast.select(3, options.centre)) * share).unsqueeze(3);
}

struct HeldOutForecasts {
  at::Tensor forecast, linear, targets;
};

HeldOutForecasts answer(ForecasterModule& model, const Autoregression& part,
                        WindowBatches& windows) {
  std::vector<at::Tensor> forecasts, linears, targets;
  const int64_t batches = windows.start_epoch(1);
  for (int64_t i = 0; i < batches; ++i) {
    const auto batch = windows.batch(i);
    forecasts.push_back(model->forward(batch.inputs.values));
    linears.push_back(model->linear_forecast(batch.inputs.values, part));
    targets.push_back(batch.targets);
  }
  return {.forecast = at::cat(forecasts), .linear = at::cat(linears), .targets = at::cat(targets)};
}

// The share from 0 to 1 that loses least, to a hundredth, drawn towards a half by how few horizons
// are held out, unless that lost more than the layers alone.
double choose_share(const HeldOutForecasts& held_out, double horizons,
                    const ForecastObjective& objective, const ForecasterOptions& model,
                    const AutoregressionOptions& options) {
  constexpr int kHundredths = 100;
  const auto loss = [&](double share) {
    const auto forecast = mixed(held_out.forecast, held_out.linear, share, model);
    return objective.measure(forecast, held_out.targets).loss;
  };
  int low = 0, high = kHundredths;  // the loss is convex in the share
  while (low < high) {
    const int middle = (low + high) / 2;
    if (loss(middle * 1.0 / kHundredths) <= loss((middle + 1.0) / kHundredths)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  const double best = low * 1.0 / kHundredths, of_half = options.horizons_of_half;
  const double drawn = (horizons * best + of_half * 0.5) / (horizons + of_half);
  return loss(drawn) <= loss(0.0) ? drawn : best;
}

std::string error_in_words(const LossSum& valid) {
  return fmt::format("validation loss {:.4f}, mse {:.4f}", valid.mean_loss(), valid.mean_metric());
}

}  // namespace

std::string objection_to_autoregression(const ForecasterOptions& model,
                                        const std::vector<double>& quantiles, bool holds_out) {
  constexpr double kNearMedian = 0.05;
  if (std::ranges::find(model.target_columns, -1) != model.target_columns.end()) {
    return "`features` leaves a target out";
  }
  if (!holds_out) return "no rows are held out to tell how much it should count";
  if (!quantiles.empty() &&
      std::abs(quantiles[static_cast<size_t>(model.centre)] - 0.5) > kNearMedian) {
    return "`quantiles` has no median, which it would speak for";
  }
  return {};
}

int64_t autoregression_rows(const ForecasterOptions& model, const AutoregressionOptions& options) {
  return std::min(model.lookback, options.most_rows);
}

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

FittedAutoregression fit_autoregression(const ForecasterModule& model, WindowBatches& windows,
                                        const AutoregressionOptions& options) {
  const at::NoGradGuard no_grad;
  const int64_t rows = autoregression_rows(model->options(), options);
  const int64_t batches = windows.start_epoch(1);
  const auto late =
      batches - static_cast<int64_t>(std::floor(kLateShare * static_cast<double>(batches)));
  if (late == batches) {  // a handful of windows
    const double middle = options.strengths[options.strengths.size() / 2];
    const auto sums = sums_of(model, windows, 0, batches, rows);
    return {.map = RidgeRegression(sums).solve(middle), .strength = middle};
  }
  const int64_t early = batches_apart(windows, late, model->options().horizon);
  auto sums = sums_of(model, windows, 0, early, rows);
  const auto last = sums_of(model, windows, late, batches, rows);
  const RidgeRegression first(sums);
  const double strength = *std::ranges::min_element(options.strengths, {}, [&](double candidate) {
    return last.mean_squared_error(first.solve(candidate));
  });
  sums += sums_of(model, windows, early, late, rows);
  sums += last;
  return {.map = RidgeRegression(sums).solve(strength), .strength = strength};
}

std::optional<AutoregressionResult> add_autoregression(
    ForecasterModule& model, const ForecastObjective& objective, const WindowBatches& train,
    WindowBatches& valid, const AutoregressionOptions& options, Reporter& reporter) {
  constexpr int64_t kLeastBatches = 20;  // so that a fifth of the windows is some
  const at::NoGradGuard no_grad;
  const auto start = std::chrono::steady_clock::now();
  reporter.progress("autoregression: fitting");
  const auto& settings = model->options();
  const auto origins = thinned(train.origins(), kMostSamples / settings.targets());
  auto to_fit =
      train.of(origins, std::clamp<int64_t>(std::ssize(origins) / kLeastBatches, 1, kWindows));
  const auto fitted = fit_autoregression(model, to_fit, options);
  const auto part = module_of(fitted.map, model->parameters().front().device());

  const int64_t numbers = settings.targets() * settings.horizon * (settings.outputs() + 1);
  auto to_mix = valid.of(thinned(valid.origins(), kMostHeldOut / numbers), kWindows);
  const double horizons = static_cast<double>(std::ssize(valid.origins()) + settings.horizon - 1) /
                          static_cast<double>(settings.horizon);
  AutoregressionResult result{
      .strength = fitted.strength,
      .share = choose_share(answer(model, part, to_mix), horizons, objective, settings, options)};
  const int64_t batches = valid.start_epoch(1);
  for (int64_t i = 0; i < batches; ++i) {
    const auto batch = valid.batch(i);
    const auto forecast = model->forward(batch.inputs.values);
    const auto linear = model->linear_forecast(batch.inputs.values, part);
    const auto with_share = [&](double share) {
      return objective.measure(mixed(forecast, linear, share, settings), batch.targets);
    };
    result.recurrent_valid += with_share(0.0);
    result.linear_valid += with_share(1.0);
    result.valid += with_share(result.share);
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  reporter.end_progress();
  reporter.note(fmt::format("autoregression of {} rows by itself: {}; {}", part->rows(),
                            error_in_words(result.linear_valid), format_duration(seconds.count())));
  if (result.share == 0.0) {
    reporter.note("the layers do better without it, and it is left out");
    return std::nullopt;
  }
  part->share().fill_(result.share);
  model->add_autoregression(part);
  reporter.note(fmt::format("together: {:.2f} of the {} and {:.2f} of the autoregression; {}",
                            1.0 - result.share,
                            settings.cell == Cell::transformer ? "Transformer" : "recurrent layers",
                            result.share, error_in_words(result.valid)));
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
