#include "app/tasks/forecast/autoregression.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/support/wording.h"
#include "app/tasks/forecast/seasonal_smoothing.h"

namespace mnemo {
namespace {

constexpr double kLateShare = 0.2;  // of the training windows, by which the penalty is chosen
// Pasts of one target and what came after them, at most; of more windows every second is read,
// every third and so on.
constexpr int64_t kMostSamples = 100'000;
// Numbers held out to find the shares by, thinned in the same way.
constexpr int64_t kMostHeldOut = 10'000'000;

constexpr int64_t kWindows = 64;  // a batch, at most

// The strengths of the penalty that are tried, see RidgeRegression; the best on the last windows is
// taken.
constexpr std::array kStrengths = {1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0};
// The shares of the latest value in a smoothing that the penalty may lead to.
constexpr std::array kSmoothings = {0.1, 0.3};
// A half each is what the shares begin with, and it counts as much as so many horizons held out
// would: with few of them equal shares are hard to beat (Smith and Wallis 2009).
constexpr double kHorizonsOfHalf = 4.0;

// How much a window counts: the later ones of a series more.
class Fading {
 public:
  // All count alike.
  Fading() = default;
  // `origins` ascend, those of a series one by one; `share` of AutoregressionOptions::half_life.
  Fading(const std::vector<int64_t>& origins, double share) {
    if (share == 0.0) return;
    for (size_t i = 0; i < origins.size(); ++i) {
      if (i + 1 == origins.size() || origins[i + 1] != origins[i] + 1) ends_.push_back(origins[i]);
    }
    half_life_ = std::max(
        1.0, share * static_cast<double>(origins.size()) / static_cast<double>(ends_.size()));
  }

  // The weights of the windows from number `begin` to before `end`, each `targets` times: (N); or
  // undefined.
  at::Tensor weights(const std::vector<int64_t>& origins, int64_t begin, int64_t end,
                     int64_t targets) const {
    if (ends_.empty()) return {};
    std::vector<double> weights;
    for (int64_t i = begin; i < std::min(end, std::ssize(origins)); ++i) {
      const int64_t origin = origins[static_cast<size_t>(i)];
      const auto last = std::ranges::lower_bound(ends_, origin);
      const int64_t age = last == ends_.end() ? 0 : *last - origin;
      weights.push_back(std::exp2(-static_cast<double>(age) / half_life_));
    }
    return at::tensor(weights, at::kDouble).repeat_interleave(targets);
  }

 private:
  std::vector<int64_t> ends_;  // the last origin of each series
  double half_life_ = 1.0;     // rows
};

// The sums are over the batches from `begin` to before `end`.
RegressionSums sums_of(const ForecasterModule& model, WindowBatches& windows, int64_t begin,
                       int64_t end, int64_t rows, const Fading& fading) {
  RegressionSums sums(rows, model->options().horizon);
  const int64_t size = windows.batch_size();
  for (int64_t i = begin; i < end; ++i) {
    const auto batch = windows.batch(i);
    const auto part = model->regression_rows(batch.inputs.values, batch.targets, rows);
    sums.add(
        part.inputs.to(at::kCPU, at::kDouble), part.outputs.to(at::kCPU, at::kDouble),
        fading.weights(windows.origins(), i * size, (i + 1) * size, model->options().targets()));
  }
  return sums;
}

// The penalty with the least error; where it may lead to a season, the strongest of those that are
// nearly as good, since what comes later differs more than the windows by which it is chosen.
RidgePenalty choose_penalty(const std::vector<RidgePenalty>& candidates, bool strongest,
                            const std::function<double(const RidgePenalty&)>& error_of) {
  constexpr double kNearly = 1.02;
  std::vector<double> errors;
  for (const auto& candidate : candidates) errors.push_back(error_of(candidate));
  auto chosen = static_cast<size_t>(std::ranges::min_element(errors) - errors.begin());
  if (!strongest) return candidates[chosen];
  const double most = errors[chosen] * kNearly;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const double strength = candidates[i].strength, before = candidates[chosen].strength;
    if (errors[i] > most || strength < before) continue;
    if (strength > before || errors[i] < errors[chosen]) chosen = i;
  }
  return candidates[chosen];
}

// The map that the penalty leads to: (horizon, rows), as the model has normalised windows, or
// undefined.
at::Tensor goal_of(const RidgePenalty& penalty, const ForecasterOptions& model, int64_t rows,
                   int64_t season) {
  if (penalty.smoothing == 0.0) return {};
  return seasonal_smoothing(rows, model.horizon, season, penalty.smoothing);
}

std::vector<RidgePenalty> candidates(int64_t season) {
  std::vector<RidgePenalty> all;
  for (const double strength : kStrengths) all.push_back({.strength = strength});
  if (season == 0) return all;
  for (const double smoothing : kSmoothings) {
    for (const double strength : kStrengths) all.push_back({strength, smoothing});
  }
  return all;
}

// The origins of `valid`, and those between them and the windows of `train` of the same series,
// which forecast rows of both parts.
std::vector<int64_t> held_out_origins(const WindowBatches& train, const WindowBatches& valid,
                                      int64_t horizon) {
  std::vector<int64_t> all;
  const auto& origins = valid.origins();
  for (size_t i = 0; i < origins.size(); ++i) {
    const bool begins = i == 0 || origins[i - 1] + 1 != origins[i];
    if (begins && std::ranges::binary_search(train.origins(), origins[i] - horizon)) {
      for (int64_t back = horizon - 1; back > 0; --back) all.push_back(origins[i] - back);
    }
    all.push_back(origins[i]);
  }
  return all;
}

// Takes as many windows at `origins` as the sums are of, in some twenty batches at least, so that a
// fifth of them is some.
WindowBatches windows_to_fit(const WindowBatches& windows, const std::vector<int64_t>& origins,
                             int64_t targets) {
  constexpr int64_t kLeastBatches = 20;
  const auto some = thinned(origins, kMostSamples / targets);
  return windows.of(some, std::clamp<int64_t>(std::ssize(some) / kLeastBatches, 1, kWindows));
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
                    const ForecastObjective& objective, const ForecasterOptions& model) {
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
  const double best = low * 1.0 / kHundredths;
  const double drawn = (horizons * best + kHorizonsOfHalf * 0.5) / (horizons + kHorizonsOfHalf);
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

int64_t autoregression_rows(const ForecasterOptions& model) {
  return std::min(model.lookback, kMostAutoregressionRows);
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
                                        const std::vector<int64_t>& all,
                                        const AutoregressionOptions& options) {
  const at::NoGradGuard no_grad;
  const Fading fading(all, options.half_life);
  const int64_t rows = autoregression_rows(model->options());
  const int64_t batches = windows.start_epoch(1);
  const auto late =
      batches - static_cast<int64_t>(std::floor(kLateShare * static_cast<double>(batches)));
  if (late == batches) {  // a handful of windows
    constexpr double middle = kStrengths[kStrengths.size() / 2];
    const auto sums = sums_of(model, windows, 0, batches, rows, fading);
    return {.map = RidgeRegression(sums).solve(middle), .penalty = {.strength = middle}};
  }
  const int64_t early = batches_apart(windows, late, model->options().horizon);
  auto sums = sums_of(model, windows, 0, early, rows, fading);
  const auto last = sums_of(model, windows, late, batches, rows, fading);
  const RidgeRegression first(sums);
  const auto solved = [&](const RidgeRegression& regression, const RidgePenalty& penalty) {
    return regression.solve(penalty.strength,
                            goal_of(penalty, model->options(), rows, options.season));
  };
  const auto penalty = choose_penalty(candidates(options.season), options.season > 0,
                                      [&](const RidgePenalty& candidate) {
                                        return last.mean_squared_error(solved(first, candidate));
                                      });
  sums += sums_of(model, windows, early, late, rows, fading);
  sums += last;
  return {.map = solved(RidgeRegression(sums), penalty), .penalty = penalty};
}

std::optional<AutoregressionResult> add_autoregression(
    ForecasterModule& model, const ForecastObjective& objective, const WindowBatches& train,
    WindowBatches& valid, const AutoregressionOptions& options, Reporter& reporter) {
  const at::NoGradGuard no_grad;
  const auto start = std::chrono::steady_clock::now();
  reporter.progress("autoregression: fitting");
  const auto& settings = model->options();
  auto to_fit = windows_to_fit(train, train.origins(), settings.targets());
  const auto fitted = fit_autoregression(model, to_fit, train.origins(), options);
  const auto part = module_of(fitted.map, model->parameters().front().device());

  const int64_t numbers = settings.targets() * settings.horizon * (settings.outputs() + 1);
  auto to_mix = valid.of(thinned(valid.origins(), kMostHeldOut / numbers), kWindows);
  const double horizons = static_cast<double>(std::ssize(valid.origins()) + settings.horizon - 1) /
                          static_cast<double>(settings.horizon);
  AutoregressionResult result{
      .penalty = fitted.penalty,
      .share = choose_share(answer(model, part, to_mix), horizons, objective, settings)};
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

int64_t refit_autoregression(ForecasterModule& model, const WindowBatches& train,
                             const WindowBatches& valid, const RidgePenalty& penalty,
                             const AutoregressionOptions& options) {
  const at::NoGradGuard no_grad;
  const auto& settings = model->options();
  const int64_t rows = settings.autoregression;
  const auto origins = held_out_origins(train, valid, settings.horizon);
  std::vector<int64_t> all;
  std::ranges::merge(train.origins(), origins, std::back_inserter(all));
  const Fading fading(all, options.half_life);
  // Thinned as one, so that a window held out counts as much as any other.
  auto windows = windows_to_fit(train, all, settings.targets());
  const auto sums = sums_of(model, windows, 0, windows.start_epoch(1), rows, fading);
  const auto map = RidgeRegression(sums).solve(penalty.strength,
                                               goal_of(penalty, settings, rows, options.season));
  auto buffers = model->named_buffers();
  buffers["autoregression.weight"].copy_(map.weight);
  buffers["autoregression.bias"].copy_(map.bias);
  return std::ssize(origins);
}

nlohmann::json to_json(const AutoregressionResult& result) {
  nlohmann::json part = {{"strength", result.penalty.strength},
                         {"share", result.share},
                         {"valid_loss", result.linear_valid.mean_loss()},
                         {"valid_mse", result.linear_valid.mean_metric()},
                         {"recurrent_valid_loss", result.recurrent_valid.mean_loss()},
                         {"recurrent_valid_mse", result.recurrent_valid.mean_metric()}};
  if (result.penalty.smoothing > 0.0) part["smoothing"] = result.penalty.smoothing;
  return {{"valid_loss", result.valid.mean_loss()},
          {"valid_mse", result.valid.mean_metric()},
          {"autoregression", std::move(part)}};
}

}  // namespace mnemo
