#include "models/forecaster.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "models/export/forecaster_export.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

ForecasterOptions segment_options() {
  return {.model = ForecastModel::segments,
          .lookback = 10,
          .horizon = 7,
          .features = 4,
          .target_columns = {0, 2},
          .hidden_size = 6,
          .segment = 4};
}

ForecasterOptions stacked_options() {
  return {.model = ForecastModel::stacked,
          .lookback = 10,
          .horizon = 7,
          .features = 4,
          .target_columns = {0, 2},
          .hidden_sizes = {6, 5}};
}

ForecasterOptions decoder_options() {
  return {.model = ForecastModel::decoder,
          .lookback = 10,
          .horizon = 7,
          .features = 4,
          .target_columns = {0, 2},
          .hidden_size = 6};
}

std::string model_name(ForecastModel model) {
  switch (model) {
    case ForecastModel::segments:
      return "segments";
    case ForecastModel::stacked:
      return "stacked";
    case ForecastModel::decoder:
      return "decoder";
    case ForecastModel::automatic:
      break;
  }
  return "none";
}

ForecasterModule evaluated(const ForecasterOptions& options) {
  ForecasterModule model(options);
  randomize(*model);
  for (auto& buffer : model->named_buffers()) {
    if (buffer.key().starts_with("autoregression.")) buffer.value().uniform_(-0.5, 0.5);
  }
  model->feature_scaling().set(std::vector<double>{1.0, 2.0, 3.0, 4.0},
                               std::vector<double>{2.0, 3.0, 4.0, 5.0});
  model->target_scaling().set(std::vector<double>{1.0, 3.0}, std::vector<double>{2.0, 4.0});
  model->eval();
  return model;
}

at::Tensor history(int64_t batch = 3) { return at::randn({batch, 10, 4}, test_generator()); }

struct WindowShape {
  std::string name;
  ForecasterOptions options;
};

void PrintTo(const WindowShape& shape, std::ostream* out) { *out << shape.name; }

std::vector<WindowShape> window_shapes() {
  std::vector<WindowShape> all;
  for (const auto normalization :
       {WindowNormalization::none, WindowNormalization::last, WindowNormalization::reversible}) {
    for (const int64_t quantiles : {0, 3}) {
      for (auto options : {segment_options(), stacked_options(), decoder_options()}) {
        options.normalization = normalization;
        options.quantiles = quantiles;
        options.centre = quantiles / 2;
        all.push_back({model_name(options.model) + "_" +
                           std::to_string(static_cast<int>(normalization)) + "_" +
                           std::to_string(quantiles),
                       options});
      }
    }
  }
  for (auto options : {segment_options(), stacked_options(), decoder_options()}) {
    options.autoregression = 6;
    const std::string model = model_name(options.model);
    all.push_back({model + "_autoregression", options});
    options.quantiles = 3;
    options.centre = 0;
    all.push_back({model + "_autoregression_of_quantiles", options});
  }
  for (const Cell cell : all_cells()) {
    for (auto deep : {segment_options(), decoder_options()}) {
      deep.cell = cell;
      deep.layers = 2;
      all.push_back({model_name(deep.model) + "_" + cell_name(cell) + "_of_two_layers", deep});
    }
  }
  for (auto options : {segment_options(), stacked_options()}) {
    options.cell = Cell::transformer;
    options.layers = 2;
    options.hidden_sizes = {6, 6};
    options.transformer.heads = 2;
    const std::string model = model_name(options.model);
    all.push_back({model + "_transformer", options});
    options.transformer.positions = Positions::learned;
    all.push_back({model + "_transformer_of_learned_positions", options});
  }
  return all;
}

class ForecasterShapes : public testing::TestWithParam<WindowShape> {};

TEST_P(ForecasterShapes, AWindowGivesTheSameAloneAndInABatch) {
  const at::NoGradGuard no_grad;
  const auto& options = GetParam().options;
  auto model = evaluated(options);
  const auto together = model->forward(history());
  std::vector<int64_t> size = {3, 7, 2};
  if (options.quantiles > 0) size.push_back(options.quantiles);
  ASSERT_EQ(together.sizes(), size);
  for (int64_t i = 0; i < 3; ++i) {
    const auto alone = model->forward(history().narrow(0, i, 1));
    EXPECT_TRUE(at::allclose(alone[0], together[i], 1e-5, 1e-5)) << i;
  }
}

// Also compares the export with the model, at two batch sizes.
TEST_P(ForecasterShapes, ExportsInTheDatasUnits) {
  const at::NoGradGuard no_grad;
  auto model = evaluated(GetParam().options);
  TorchScriptModel exported(export_forecaster(model, units_in(*model), {}), {}, "test");
  const auto scaled = model->forward(model->feature_scaling().scale(history()));
  auto expected = scaled.dim() == 3 ? scaled.unsqueeze(3) : scaled;
  expected =
      expected * at::tensor({2.0F, 4.0F}).view({2, 1}) + at::tensor({1.0F, 3.0F}).view({2, 1});
  const auto found = exported.forward({history()});
  EXPECT_TRUE(at::allclose(found, expected.view(found.sizes()), 1e-5, 1e-5));
}

INSTANTIATE_TEST_SUITE_P(Shapes, ForecasterShapes, testing::ValuesIn(window_shapes()),
                         [](const auto& test) { return test.param.name; });

TEST(Forecaster, MovesWithTheLevelOfAWindow) {
  const at::NoGradGuard no_grad;
  for (auto options : {segment_options(), stacked_options()}) {
    options.normalization = WindowNormalization::last;
    auto model = evaluated(options);
    EXPECT_TRUE(
        at::allclose(model->forward(history() + 5.0), model->forward(history()) + 5.0, 1e-4, 1e-4));
  }
}

TEST(Forecaster, SpreadsWithTheSpreadOfAWindowWhenReversible) {
  const at::NoGradGuard no_grad;
  for (auto options : {segment_options(), stacked_options()}) {
    options.normalization = WindowNormalization::reversible;
    auto model = evaluated(options);
    EXPECT_TRUE(at::allclose(model->forward(history() * 9.0 - 5.0),
                             model->forward(history()) * 9.0 - 5.0, 1e-3, 1e-3));
  }
}

TEST(Forecaster, SegmentsForecastATargetFromItsOwnPastAndTheOtherFeatures) {
  const at::NoGradGuard no_grad;
  auto model = evaluated(segment_options());
  const auto before = model->forward(history());
  auto changed = history();
  changed.select(2, 2).narrow(1, 3, 1).add_(1.0);  // target 1
  const auto after = model->forward(changed);
  EXPECT_TRUE(at::equal(before.select(2, 0), after.select(2, 0)));
  EXPECT_FALSE(at::allclose(before.select(2, 1), after.select(2, 1)));
  changed = history();
  changed.select(2, 3).narrow(1, 3, 1).add_(1.0);  // no target
  EXPECT_FALSE(at::allclose(before.select(2, 0), model->forward(changed).select(2, 0)));
}

// A weekday would else be the difference to the window's last one.
TEST(Forecaster, NormalizationLeavesTheCalendarAsItIs) {
  const at::NoGradGuard no_grad;
  for (const auto normalization : {WindowNormalization::last, WindowNormalization::reversible}) {
    auto options = segment_options();
    options.normalization = normalization;
    options.fixed_columns = 1;
    auto model = evaluated(options);
    auto other_day = history();
    other_day.select(2, 3).add_(1.0);
    EXPECT_FALSE(at::allclose(model->forward(history()), model->forward(other_day)));
    TorchScriptModel exported(export_forecaster(model, units_in(*model), {}), {},
                              "test");  // compares the two
  }
}

TEST(ForecasterExport, RefusesDataThatFloatsCannotTellApart) {
  auto model = evaluated(segment_options());
  model->target_scaling().set(std::vector<double>{1e9, 1e9}, std::vector<double>{1.0, 1.0});
  EXPECT_THROW(export_forecaster(model, units_in(*model), {}), Error);
}

TEST(Forecaster, QuantilesNeverCross) {
  const at::NoGradGuard no_grad;
  auto options = segment_options();
  options.quantiles = 5;
  options.centre = 2;
  auto model = evaluated(options);
  for (auto& parameter : model->parameters()) parameter.mul_(10.0);
  const auto forecast = model->forward(history());
  EXPECT_GT(forecast.diff(1, 3).min().item<float>(), 0.0F);
}

TEST(Forecaster, RefusesTargetsItCannotSee) {
  auto options = segment_options();
  options.target_columns = {-1, 2};
  EXPECT_THROW(ForecasterModule{options}, UsageError);
  options.model = ForecastModel::stacked;
  EXPECT_THROW(ForecasterModule{options}, UsageError) << "normalised by what it cannot see";
  options.normalization = WindowNormalization::none;
  EXPECT_NO_THROW(ForecasterModule{options});
}

TEST(ForecastLoss, IsTheMeanOverHorizonAndTargetsSummedOverTheBatch) {
  const auto forecast = at::tensor({1.0F, 2.0F, 3.0F, 4.0F}).view({2, 2, 1});
  const auto targets = at::tensor({1.0F, 0.0F, 0.0F, 4.5F}).view({2, 2, 1});
  const auto loss = [&](ForecastLoss kind) {
    return forecast_loss_sum(forecast, targets, kind).item<double>();
  };
  EXPECT_DOUBLE_EQ(loss(ForecastLoss::mse), (0.0 + 4.0) / 2 + (9.0 + 0.25) / 2);
  EXPECT_DOUBLE_EQ(loss(ForecastLoss::mae), (0.0 + 2.0) / 2 + (3.0 + 0.5) / 2);
  EXPECT_DOUBLE_EQ(loss(ForecastLoss::huber), (0.0 + 1.5) / 2 + (2.5 + 0.125) / 2);
}

TEST(PinballLoss, WeighsUnderAndOverestimates) {
  const auto forecast = at::tensor({1.0F, 3.0F}).view({1, 1, 1, 2});
  const auto targets = at::tensor({2.0F}).view({1, 1, 1});
  // 0.1 of an underestimate by 1, and 1 - 0.9 of an overestimate by 1, over two quantiles
  EXPECT_NEAR(pinball_loss_sum(forecast, targets, {0.1, 0.9}).item<double>(), (0.1 + 0.1) / 2,
              1e-7);
}

TEST(Forecaster, LearnsToContinueASine) {
  auto options = segment_options();
  options.features = 1;
  options.target_columns = {0};
  options.hidden_size = 16;
  options.dropout = 0.0;
  ForecasterModule model(options);
  initialize_parameters(*model, {}, test_generator());
  const auto phase = at::arange(0, 64).unsqueeze(1) * 0.37;
  const auto wave =
      (phase + at::arange(0, 17).unsqueeze(0) * 0.5).sin().to(at::kFloat);  // (64, 17)
  const auto past = wave.narrow(1, 0, 10).unsqueeze(2), future = wave.narrow(1, 10, 7).unsqueeze(2);
  for (int step = 0; step < 200; ++step) {
    (forecast_loss_sum(model->forward(past), future, ForecastLoss::mse) / 64.0).backward();
    const at::NoGradGuard no_grad;
    for (auto& parameter : model->parameters()) {
      parameter -= 0.01 * (1.0 - step / 200.0) * parameter.grad().sign();
      parameter.mutable_grad() = at::Tensor();
    }
  }
  const at::NoGradGuard no_grad;
  EXPECT_LT(at::mse_loss(model->forward(past), future).item<double>(), 0.01);
}

// The head, its weight zero, says its bias of every window.
TEST(Forecaster, MeasuresHowFarItsStateHoldsWhatItHasRead) {
  const at::NoGradGuard no_grad;
  for (const auto kind :
       {ForecastModel::segments, ForecastModel::stacked, ForecastModel::decoder}) {
    ForecasterOptions options;
    options.model = kind;
    options.lookback = 6;
    options.horizon = 4;
    options.features = 3;
    options.target_columns = {2, 0};
    options.hidden_size = 8;
    options.segment = 3;
    options.hidden_sizes = {8};
    options.normalization = WindowNormalization::none;
    ForecasterModule plain(options);
    options.reconstruction = true;
    ForecasterModule model(options);
    randomize(*plain);
    randomize(*model);
    plain->eval();
    model->eval();
    auto parameters = model->named_parameters();
    parameters["reconstruction.weight"].zero_();
    const auto bias = parameters["reconstruction.bias"];
    const auto history = at::randn({5, 6, 3}, test_generator(21));
    const auto output = model->forward_with_reconstruction(history);
    EXPECT_TRUE(at::equal(output.forecast, model->forward(history)));
    const bool segments = kind == ForecastModel::segments;
    EXPECT_EQ(bias.size(0), segments ? 6 : 18);
    const auto own = at::tensor(std::vector<int64_t>{2, 0});
    const auto expected =
        segments ? (bias.view({1, 6, 1}) - history.index_select(2, own)).square().mean({1, 2})
                 : (bias - history.flatten(1)).square().mean(1);
    EXPECT_TRUE(at::allclose(output.reconstruction_error, expected, 1e-5, 1e-6));
    EXPECT_FALSE(plain->forward_with_reconstruction(history).reconstruction_error.defined());
  }
}

}  // namespace
}  // namespace mnemo
