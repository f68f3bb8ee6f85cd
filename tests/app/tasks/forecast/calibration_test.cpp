#include "app/tasks/forecast/calibration.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/models/test_support.h"

namespace mnemo {
namespace {

constexpr int64_t kNoiseRows = 3000;

// Noise whose deviation the model knows nothing of.
ForecastSettings noise_settings() {
  ForecastSettings settings;
  settings.model.lookback = settings.model.segment = 4;
  settings.model.horizon = 4;
  settings.model.hidden_size = 4;
  settings.model.normalization = WindowNormalization::none;
  settings.targets = settings.features = {"y"};
  settings.target_scaling = settings.feature_scaling = {{}};
  settings.seasonal_error = {1.0};
  settings.quantiles = {0.1, 0.5, 0.9};
  complete_model(settings);
  return settings;
}

std::shared_ptr<const ForecastRows> noise_rows() {
  std::mt19937 random(1);
  std::normal_distribution<double> normal(0.0, 5.0);
  ForecastRows rows{.features = at::zeros({kNoiseRows, 1}), .targets = {}};
  for (int64_t i = 0; i < kNoiseRows; ++i) {
    rows.targets.push_back(normal(random));
    rows.features[i][0] = rows.targets.back();
  }
  return std::make_shared<const ForecastRows>(std::move(rows));
}

std::vector<int64_t> origins_between(int64_t begin, int64_t end) {
  std::vector<int64_t> origins;
  for (int64_t origin = begin; origin < end; ++origin) origins.push_back(origin);
  return origins;
}

TEST(Calibration, MovesQuantilesToWhereTheyHold) {
  const auto settings = noise_settings();
  ForecasterModule model(settings.model);
  randomize(*model);
  model->eval();
  const auto rows = noise_rows();
  WindowBatches valid(rows, settings, origins_between(4, 2000), 64, BatchOrder::sorted, 1,
                      at::kCPU);
  const ForecastObjective objective(model, ForecastLoss::mae, settings.quantiles, at::kCPU,
                                    at::kFloat);
  const auto result = calibrate_quantiles(model, objective, settings.quantiles, valid);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->windows, 1996);
  EXPECT_TRUE(model->options().calibrated);

  const at::NoGradGuard no_grad;
  auto later = valid.of(origins_between(2004, 2990), 986);
  later.start_epoch(1);
  const auto batch = later.batch(0);
  const auto forecast = model->forward(batch.inputs.values);  // (B, 4, 1, 3)
  for (const int64_t q : {0, 2}) {
    const auto below = (batch.targets <= forecast.select(3, q)).to(at::kDouble).mean({0, 2});
    for (int64_t step = 0; step < 4; ++step) {
      EXPECT_NEAR(below[step].item<double>(), settings.quantiles[static_cast<size_t>(q)], 0.04);
    }
  }
}

// The windows held out have chosen the weights, too: that they err less says little.
TEST(Calibration, NeverNarrowsAnInterval) {
  const auto settings = noise_settings();
  ForecasterModule model(settings.model);
  const at::NoGradGuard no_grad;
  for (auto& parameter : model->parameters()) parameter.zero_();
  constexpr double kFarAway = 30.0;  // a softplus is as large: six deviations of the noise
  model->named_parameters()["dense.bias"].fill_(kFarAway);
  auto bias = model->named_parameters()["dense.bias"].view({settings.model.segment, -1});
  bias.select(1, 1).zero_();
  model->eval();
  WindowBatches valid(noise_rows(), settings, origins_between(4, 2000), 64, BatchOrder::sorted, 1,
                      at::kCPU);
  const ForecastObjective objective(model, ForecastLoss::mae, settings.quantiles, at::kCPU,
                                    at::kFloat);
  ASSERT_TRUE(calibrate_quantiles(model, objective, settings.quantiles, valid).has_value());
  for (const auto& buffer : model->named_buffers()) {
    if (buffer.key() != "calibration") continue;
    EXPECT_EQ(buffer.value().abs().max().item<float>(), 0.0F);
  }
}

TEST(Calibration, NeedsWindowsThatTell) {
  const auto settings = noise_settings();
  ForecasterModule model(settings.model);
  randomize(*model);
  model->eval();
  WindowBatches valid(noise_rows(), settings, origins_between(4, 20), 4, BatchOrder::sorted, 1,
                      at::kCPU);
  const ForecastObjective objective(model, ForecastLoss::mae, settings.quantiles, at::kCPU,
                                    at::kFloat);
  EXPECT_FALSE(calibrate_quantiles(model, objective, settings.quantiles, valid).has_value());
  EXPECT_FALSE(model->options().calibrated);
}

}  // namespace
}  // namespace mnemo
