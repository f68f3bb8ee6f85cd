#include "app/tasks/forecast/autoregression.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "app/settings/compute.h"
#include "app/training/linear/ridge_regression.h"
#include "models/initialization.h"

namespace mnemo {
namespace {

at::Tensor random(at::IntArrayRef sizes, uint64_t seed) {
  return at::randn(sizes, make_generator(at::kCPU, seed), at::kDouble);
}

TEST(RidgeRegression, IsTheSolutionOfThePenalisedNormalEquations) {
  const auto inputs = random({50, 4}, 1) + 3.0, outputs = random({50, 2}, 2) - 5.0;
  RegressionSums sums(4, 2);
  sums.add(inputs.slice(0, 0, 20), outputs.slice(0, 0, 20));
  sums.add(inputs.slice(0, 20), outputs.slice(0, 20));
  const double strength = 0.3;
  const auto [weight, bias] = RidgeRegression(sums).solve(strength);

  const auto x = inputs - inputs.mean(0), y = outputs - outputs.mean(0);
  const auto covariance = x.t().mm(x) / 50.0;
  const auto penalty = strength * covariance.trace() / 4.0;
  const auto expected =
      at::linalg_inv(covariance + penalty * at::eye(4, at::kDouble)).mm(x.t().mm(y) / 50.0);
  EXPECT_TRUE(at::allclose(weight, expected.t(), 1e-9, 1e-12));
  EXPECT_TRUE(at::allclose(inputs.mm(weight.t()).add(bias).mean(0), outputs.mean(0)))
      << "the bias is free";
  const auto error = (inputs.mm(weight.t()) + bias - outputs).square().mean().item<double>();
  EXPECT_NEAR(sums.mean_squared_error({weight, bias}), error, 1e-9);
}

TEST(RidgeRegression, IsLedToWeightsByItsPenalty) {
  const auto inputs = random({50, 4}, 1), outputs = random({50, 2}, 2), goal = random({2, 4}, 5);
  RegressionSums sums(4, 2), beside(4, 2);
  sums.add(inputs, outputs);
  beside.add(inputs, outputs - inputs.mm(goal.t()));
  const RidgeRegression regression(sums);
  const auto led = regression.solve(0.3, goal).weight;
  EXPECT_TRUE(at::allclose(led, goal + RidgeRegression(beside).solve(0.3).weight));
  EXPECT_TRUE(at::allclose(regression.solve(1e9, goal).weight, goal, 1e-6, 1e-6));
}

TEST(RidgeRegression, CountsASampleByItsWeight) {
  const auto inputs = random({30, 3}, 3), outputs = random({30, 2}, 4);
  RegressionSums weighted(3, 2), twice(3, 2);
  const auto weights = at::ones({30}, at::kDouble);
  weights.slice(0, 0, 10).fill_(2.0);
  weights.slice(0, 25).zero_();
  weighted.add(inputs, outputs, weights);
  twice.add(inputs.slice(0, 0, 25), outputs.slice(0, 0, 25));
  twice.add(inputs.slice(0, 0, 10), outputs.slice(0, 0, 10));
  const auto expected = RidgeRegression(twice).solve(0.1),
             found = RidgeRegression(weighted).solve(0.1);
  EXPECT_TRUE(at::allclose(found.weight, expected.weight));
  EXPECT_TRUE(at::allclose(found.bias, expected.bias));
  EXPECT_NEAR(weighted.mean_squared_error(found), twice.mean_squared_error(found), 1e-12);
}

TEST(RidgeRegression, TakesSumsOfPartsTogether) {
  const auto inputs = random({30, 3}, 3), outputs = random({30, 1}, 4);
  RegressionSums whole(3, 1), first(3, 1), second(3, 1);
  whole.add(inputs, outputs);
  first.add(inputs.slice(0, 0, 10), outputs.slice(0, 0, 10));
  second.add(inputs.slice(0, 10), outputs.slice(0, 10));
  first += second;
  const auto expected = RidgeRegression(whole).solve(0.1),
             found = RidgeRegression(first).solve(0.1);
  EXPECT_TRUE(at::allclose(found.weight, expected.weight));
  EXPECT_TRUE(at::allclose(found.bias, expected.bias));
  EXPECT_NEAR(first.mean_squared_error(found), whole.mean_squared_error(found), 1e-12);
}

TEST(RidgeRegression, OfInputsThatDoNotVaryIsTheMean) {
  RegressionSums sums(2, 1);
  sums.add(at::full({6, 2}, 4.0, at::kDouble),
           at::tensor({1.0, 2.0, 3.0, 1.0, 2.0, 3.0}).view({6, 1}));
  const auto [weight, bias] = RidgeRegression(sums).solve(0.01);
  EXPECT_TRUE(at::allclose(weight, at::zeros({1, 2}, at::kDouble)));
  EXPECT_NEAR(bias.item<double>(), 2.0, 1e-9);
}

TEST(Thinned, KeepsTheLastAndNoMoreThanAsked) {
  std::vector<int64_t> origins(10);
  std::iota(origins.begin(), origins.end(), 100);
  EXPECT_EQ(thinned(origins, 10), origins);
  EXPECT_EQ(thinned(origins, 4), (std::vector<int64_t>{100, 103, 106, 109}));
  EXPECT_EQ(thinned(origins, 3), (std::vector<int64_t>{101, 105, 109}));
  EXPECT_EQ(thinned(origins, 0).size(), 1U);
  EXPECT_TRUE(thinned({}, 5).empty());
}

// Two columns that each follow from their last two rows exactly, but for a little noise.
class AutoregressionTest : public testing::Test {
 protected:
  AutoregressionTest() {
    settings_.features = settings_.targets = {"a", "b"};
    settings_.feature_scaling = settings_.target_scaling = {{}, {}};
    settings_.model = {.lookback = 8, .horizon = 3, .hidden_size = 4, .segment = 4};
    complete_model(settings_);
    const auto noise = random({kRows, 2}, 7) * 0.01;
    auto values = at::zeros({kRows, 2}, at::kDouble);
    values[0][0] = values[1][1] = 1.0;
    for (int64_t row = 2; row < kRows; ++row) {
      values[row] = 1.9 * values[row - 1] - 0.95 * values[row - 2] + noise[row] * 10.0;
    }
    auto rows = std::make_shared<ForecastRows>();
    rows->features = values.to(at::kFloat);
    const auto flat = values.contiguous();
    rows->targets.assign(flat.const_data_ptr<double>(),
                         flat.const_data_ptr<double>() + flat.numel());
    rows_ = rows;
  }

  WindowBatches windows(int64_t begin, int64_t end) const {
    std::vector<int64_t> origins(static_cast<size_t>(end - begin));
    std::iota(origins.begin(), origins.end(), begin);
    return {rows_, settings_, origins, /*batch_size=*/16, BatchOrder::sorted, /*seed=*/1, at::kCPU};
  }

  ForecasterModule model() const {
    ForecasterModule model(settings_.model);
    initialize_parameters(*model, {}, make_generator(at::kCPU, 3));
    model->eval();
    return model;
  }

  ForecastObjective objective(const ForecasterModule& model,
                              ForecastLoss loss = ForecastLoss::mae) {
    return {model, loss, settings_.quantiles, at::kCPU, at::kFloat};
  }

  LossSum measured(ForecastObjective& objective, WindowBatches& windows) {
    LossSum sum;
    const int64_t batches = windows.start_epoch(1);
    for (int64_t i = 0; i < batches; ++i) sum += objective.evaluate(windows.batch(i));
    return sum;
  }

  static constexpr int64_t kRows = 400;
  ForecastSettings settings_;
  std::shared_ptr<const ForecastRows> rows_;
  Reporter reporter_;
};

TEST_F(AutoregressionTest, OfManyWindowsHeldOutTakesNearlyAllFromLayersThatKnowNothing) {
  auto layers = model();
  auto trained = objective(layers);
  const auto train = windows(8, 200);
  auto valid = windows(200, 390);
  const auto alone = measured(trained, valid);
  const auto result = add_autoregression(layers, trained, train, valid, {}, reporter_);
  ASSERT_TRUE(result.has_value());
  EXPECT_GT(result->share, 0.93) << "of 64 horizons, drawn towards a half by four more";
  EXPECT_NEAR(result->recurrent_valid.mean_loss(), alone.mean_loss(), 1e-6);
  EXPECT_LT(result->linear_valid.mean_loss(), 0.5 * alone.mean_loss());
  EXPECT_LT(result->valid.mean_loss(), 0.6 * alone.mean_loss());
  const auto together = measured(trained, valid);
  EXPECT_NEAR(together.mean_loss(), result->valid.mean_loss(), 1e-5) << "what the model says now";
  EXPECT_NEAR(together.mean_metric(), result->valid.mean_metric(), 1e-5);
}

TEST_F(AutoregressionTest, OfFewWindowsHeldOutStaysNearAHalf) {
  auto layers = model();
  auto trained = objective(layers);
  auto valid = windows(300, 310);  // four horizons of three rows, which alone would have it all
  const auto result = add_autoregression(layers, trained, windows(8, 300), valid, {}, reporter_);
  ASSERT_TRUE(result.has_value());
  EXPECT_NEAR(result->share, 0.75, 0.03);
}

// Targets that have nothing to do with their past but for the layers' own answers.
TEST_F(AutoregressionTest, IsLeftOutWhereTheLayersKnowItAll) {
  auto layers = model();
  auto trained = objective(layers);
  auto rows = std::make_shared<ForecastRows>(*rows_);
  const at::NoGradGuard no_grad;
  for (int64_t origin = 300; origin < 390; origin += 3) {  // every third row on: what they say
    const auto history = rows->features.slice(0, origin - 8, origin).unsqueeze(0);
    const auto said = layers->forward(history)[0].contiguous();  // (3, 2)
    for (int64_t i = 0; i < said.numel(); ++i) {
      rows->targets[static_cast<size_t>(origin * 2 + i)] = said.view({-1})[i].item<double>();
    }
  }
  std::vector<int64_t> origins;
  for (int64_t origin = 300; origin < 390; origin += 3) origins.push_back(origin);
  WindowBatches known(rows, settings_, origins, 16, BatchOrder::sorted, 1, at::kCPU);
  EXPECT_FALSE(add_autoregression(layers, trained, windows(8, 290), known, {}, reporter_));
  EXPECT_EQ(layers->options().autoregression, 0);
}

TEST_F(AutoregressionTest, TakesTheStrengthThatTheLastWindowsSpeakFor) {
  const auto layers = model();
  auto train = windows(8, 390).of(windows(8, 390).origins(), 10);
  const auto fitted = fit_autoregression(layers, train, train.origins(), {});
  EXPECT_LE(fitted.penalty.strength, 0.01) << "there is little noise";
}

TEST_F(AutoregressionTest, LeavesTheSpreadOfQuantilesAsItIs) {
  settings_.quantiles = {0.1, 0.5, 0.8};
  complete_model(settings_);
  auto layers = model();
  auto trained = objective(layers);
  auto valid = windows(300, 390);
  valid.start_epoch(1);
  const auto history = valid.batch(0).inputs.values;
  const at::NoGradGuard no_grad;
  const auto before = layers->forward(history);
  const auto result = add_autoregression(layers, trained, windows(8, 300), valid, {}, reporter_);
  ASSERT_TRUE(result.has_value());
  const auto after = layers->forward(history);
  EXPECT_TRUE(at::allclose(after.diff(1, 3), before.diff(1, 3), 1e-4, 1e-5));
  EXPECT_FALSE(at::allclose(after, before, 1e-2, 1e-2));
  EXPECT_NEAR(measured(trained, valid).mean_loss(), result->valid.mean_loss(), 1e-5);
}

// A season in much noise: what few windows say is worse than what smoothing knows.
TEST_F(AutoregressionTest, IsLedToASeasonWhereThereIsNoise) {
  auto rows = std::make_shared<ForecastRows>(*rows_);
  const auto noise = random({kRows, 2}, 11);
  rows->targets.clear();
  for (int64_t row = 0; row < kRows; ++row) {
    for (int64_t column = 0; column < 2; ++column) {
      const double value = (row % 4 == 0 ? 3.0 : 0.0) + noise[row][column].item<double>();
      rows->targets.push_back(value);
      rows->features[row][column] = value;
    }
  }
  rows_ = rows;
  const auto layers = model();
  auto train = windows(8, 60).of(windows(8, 60).origins(), 4);
  EXPECT_EQ(fit_autoregression(layers, train, train.origins(), {}).penalty.smoothing, 0.0)
      << "no season is named";
  const auto fitted = fit_autoregression(layers, train, train.origins(), {.season = 4});
  EXPECT_GT(fitted.penalty.smoothing, 0.0);
}

// The signs of all values change halfway, and with them what follows.
TEST_F(AutoregressionTest, LetsOldWindowsFade) {
  auto rows = std::make_shared<ForecastRows>();
  rows->features = random({kRows, 2}, 12).to(at::kFloat);
  for (int64_t row = 4; row < kRows; ++row) {
    rows->features[row] =
        rows->features[row - 4] * (row < 300 ? 0.9 : -0.9) + 0.1 * rows->features[row];
  }
  const auto flat = rows->features.to(at::kDouble).contiguous();
  rows->targets.assign(flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel());
  rows_ = rows;
  settings_.model.normalization = WindowNormalization::none;
  auto layers = model();
  layers->add_autoregression(Autoregression(8, 3));
  const auto train = windows(8, 368), valid = windows(370, 390);
  // The first row to come follows from the fourth of the last ones.
  const auto weight_with = [&](double half_life) {
    refit_autoregression(layers, train, valid, {.strength = 1e-3}, {.half_life = half_life});
    return layers->named_buffers()["autoregression.weight"][0][4].item<double>();
  };
  EXPECT_GT(weight_with(0.0), 0.0);
  EXPECT_LT(weight_with(0.05), -0.5);
}

TEST_F(AutoregressionTest, FitsToTheWindowsHeldOutWhenAllIsChosen) {
  auto layers = model();
  auto trained = objective(layers);
  auto valid = windows(200, 390);
  const auto train = windows(8, 198);
  const auto added = add_autoregression(layers, trained, train, valid, {}, reporter_);
  ASSERT_TRUE(added.has_value());
  const auto weight = [&] { return layers->named_buffers()["autoregression.weight"].clone(); };
  const auto before = weight();
  EXPECT_EQ(refit_autoregression(layers, train, valid, added->penalty, {}), 190 + 2)
      << "and those that forecast rows of both parts";
  const auto refitted = weight();
  EXPECT_FALSE(at::allclose(refitted, before, 1e-4, 1e-5));
  refit_autoregression(layers, windows(8, 348), windows(350, 390), added->penalty, {});
  EXPECT_TRUE(at::allclose(weight(), refitted, 1e-4, 1e-5)) << "where the parts meet is all one";
}

TEST(Autoregression, ReadsTheLastRowsOfLongWindowsAlone) {
  EXPECT_EQ(autoregression_rows({.lookback = 8}), 8);
  EXPECT_EQ(autoregression_rows({.lookback = 5000}), kMostAutoregressionRows);
}

TEST(Autoregression, NeedsRowsHeldOutTargetsInSightAndAMedian) {
  const ForecasterOptions model = {.target_columns = {0, 1}, .centre = 1};
  EXPECT_EQ(objection_to_autoregression(model, {}, /*holds_out=*/true), "");
  EXPECT_EQ(objection_to_autoregression(model, {0.1, 0.5, 0.9}, /*holds_out=*/true), "");
  EXPECT_NE(objection_to_autoregression(model, {}, /*holds_out=*/false), "");
  EXPECT_NE(objection_to_autoregression(model, {0.1, 0.9}, /*holds_out=*/true), "");
  EXPECT_NE(objection_to_autoregression({.target_columns = {0, -1}}, {}, /*holds_out=*/true), "");
}

}  // namespace
}  // namespace mnemo
