#include "app/tasks/forecast/calibration.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/tasks/forecast/autoregression.h"

namespace mnemo {
namespace {

// Windows overlap: of fewer horizons held out, one after the other, errors tell more about those
// months than about the quantiles.
constexpr int64_t kLeastHorizons = 5;
constexpr int64_t kMostNumbers = 10'000'000;  // held in memory
// Errors of a step that tell a quantile; of fewer those of the steps beside it count, too.
constexpr int64_t kEnoughErrors = 200;

// errors (N, steps) -> the `level` quantile of all of them, as split conformal prediction has it:
// no nearer than that of one more error beyond them. Windows overlap, so that one more is one more
// horizon.
float conformal_quantile(const at::Tensor& errors, double level, double horizons) {
  const auto sorted = std::get<0>(errors.flatten().sort());
  const auto count = static_cast<double>(sorted.numel());
  const double one_more = 1.0 + 1.0 / horizons;
  // The rank counts from the nearer end, so that low quantiles are treated as high ones are.
  const double rank = level >= 0.5 ? std::ceil(count * level * one_more) - 1.0
                                   : std::floor(count * (1.0 - (1.0 - level) * one_more));
  const auto place = static_cast<int64_t>(std::clamp(rank, 0.0, count - 1.0));
  return sorted[place].item<float>();
}

// The windows held out have chosen the weights, too, so that errors to come are larger, not
// smaller: a quantile goes away from the centre or stays.
float outwards(float error, double level) {
  return level < 0.5 ? std::min(error, 0.0F) : std::max(error, 0.0F);
}

// How many horizons lie one after the other among windows at these origins, which ascend.
int64_t horizons_apart(const std::vector<int64_t>& origins, int64_t horizon) {
  int64_t count = 0, next = 0;
  for (const int64_t origin : origins) {
    if (count > 0 && origin < next) continue;
    ++count;
    next = origin + horizon;
  }
  return count;
}

}  // namespace

std::optional<CalibrationResult> calibrate_quantiles(ForecasterModule& model,
                                                     const ForecastObjective& objective,
                                                     const std::vector<double>& quantiles,
                                                     WindowBatches& valid) {
  const at::NoGradGuard no_grad;
  const auto& options = model->options();
  const auto outputs = std::ssize(quantiles);
  const int64_t horizons = horizons_apart(valid.origins(), options.horizon);
  if (outputs == 0 || horizons < kLeastHorizons) return std::nullopt;
  const int64_t numbers = options.horizon * options.targets() * outputs;
  auto some = valid.of(thinned(valid.origins(), kMostNumbers / numbers), valid.batch_size());
  std::vector<at::Tensor> parts;
  const int64_t batches = some.start_epoch(1);
  for (int64_t i = 0; i < batches; ++i) {
    const auto batch = some.batch(i);
    const auto forecast = model->forward(batch.inputs.values);  // (B, horizon, K, Q)
    parts.push_back((batch.targets.unsqueeze(3) - forecast).to(at::kCPU));
  }
  const auto errors = at::cat(parts);  // (N, horizon, K, Q)
  const int64_t of_step = errors.size(0) * errors.size(2);
  const int64_t beside = std::min(options.horizon, (kEnoughErrors + of_step - 1) / of_step - 1) / 2;
  auto offsets = at::zeros({options.horizon, outputs});
  for (int64_t step = 0; step < options.horizon; ++step) {
    const int64_t first = std::max<int64_t>(0, step - beside);
    const int64_t end = std::min(options.horizon, step + beside + 1);
    for (int64_t q = 0; q < outputs; ++q) {
      if (q == options.centre) continue;
      const auto around = errors.slice(1, first, end).select(3, q);
      const double level = quantiles[static_cast<size_t>(q)];
      offsets[step][q] =
          outwards(conformal_quantile(around, level, static_cast<double>(horizons)), level);
    }
  }
  model->calibrate(offsets.to(model->parameters().front().device()));
  CalibrationResult result{.windows = errors.size(0)};
  const int64_t all = valid.start_epoch(1);
  for (int64_t i = 0; i < all; ++i) {
    const auto batch = valid.batch(i);
    result.valid += objective.measure(model->forward(batch.inputs.values), batch.targets);
  }
  return result;
}

nlohmann::json to_json(const CalibrationResult& result) {
  return {{"valid_loss", result.valid.mean_loss()},
          {"valid_mse", result.valid.mean_metric()},
          {"calibration", {{"windows", result.windows}}}};
}

}  // namespace mnemo
