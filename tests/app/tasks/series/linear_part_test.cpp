#include "app/tasks/series/linear_part.h"

#include <ATen/ops/linalg_solve.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <memory>
#include <set>
#include <utility>

#include "app/settings/compute.h"
#include "app/tasks/series/series_objective.h"
#include "models/initialization.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

at::Tensor noise(int64_t rows, int64_t columns, uint64_t seed) {
  return at::randn({rows, columns}, make_generator(at::kCPU, seed), at::kDouble);
}

// Numbers that hang on the first input, and `spread` of chance.
RegressionSamples numbers(int64_t samples, int64_t inputs, double spread) {
  const auto x = noise(samples, inputs, 1);
  return {.inputs = x,
          .targets = x.narrow(1, 0, 1) * 2.0 + 1.0 + noise(samples, 1, 2) * spread,
          .of_classes = false};
}

RegressionSamples classes(int64_t samples, int64_t inputs, const ClassLoss& loss) {
  const auto x = noise(samples, inputs, 3);
  const auto scores = x.narrow(1, 0, 3) + noise(samples, 3, 4) * 0.5;
  return {.inputs = x,
          .targets = class_loss_targets(loss, 3).index_select(0, scores.argmax(1)),
          .of_classes = true};
}

std::vector<int64_t> dealt(int64_t samples, int64_t folds) {
  std::vector<int64_t> result;
  for (int64_t i = 0; i < samples; ++i) result.push_back(i % folds);
  return result;
}

// The unit of the strengths that a linear part is fitted with.
double unit_of(const RegressionSamples& samples) {
  return (samples.inputs - samples.inputs.mean(0)).square().mean().item<double>();
}

at::Tensor answers_of(const LinearMap& map, const at::Tensor& inputs) {
  return at::linear(inputs, map.weight, map.bias);
}

TEST(LinearRegression, OfNumbersIsTheClosedForm) {
  const auto samples = numbers(40, 5, 0.3);
  const auto map = LinearRegression(samples).solve(3.0);
  const auto x = samples.inputs - samples.inputs.mean(0);
  const auto weight = at::linalg_solve(x.t().mm(x) + at::eye(5, at::kDouble) * 3.0,
                                       x.t().mm(samples.targets - samples.targets.mean()));
  EXPECT_TRUE(at::allclose(map.weight, weight.t(), 1e-3, 1e-3));
}

// Convex: where the gradient is 0, there is nothing better.
TEST(LinearRegression, OfClassesLosesLeast) {
  const ClassLoss loss{.label_smoothing = 0.1, .weights = at::tensor({2.0F, 0.5F, 1.0F})};
  const auto samples = classes(60, 4, loss);
  const auto map = LinearRegression(samples).solve(0.5);
  const auto weight = map.weight.clone().requires_grad_(), bias = map.bias.clone();
  bias.requires_grad_();
  const auto logits = at::linear(samples.inputs, weight, bias);
  const auto sum = -(samples.targets * logits.log_softmax(1)).sum() + weight.square().sum() * 0.25;
  sum.backward();
  EXPECT_LT(weight.grad().abs().max().item<double>(), 0.02);
  EXPECT_LT(bias.grad().abs().max().item<double>(), 0.02);
  EXPECT_NEAR(regression_loss(samples, logits.detach()) * 60.0,
              sum.item<double>() - weight.square().sum().item<double>() * 0.25, 1e-9);
}

TEST(ClassLossTargets, AreTheLossThatNetworksLearn) {
  const ClassLoss loss{.label_smoothing = 0.2, .weights = at::tensor({2.0F, 0.5F, 1.0F})};
  const auto logits = noise(7, 3, 8);
  const auto labels = at::tensor(std::vector<int64_t>{0, 1, 2, 2, 1, 0, 0});
  const auto targets = class_loss_targets(loss, 3).index_select(0, labels);
  EXPECT_NEAR(-(targets * logits.log_softmax(1)).sum().item<double>(),
              class_loss_sum(loss, logits.to(at::kFloat), labels).item<double>(), 1e-4);
}

TEST(LinearPart, AnswersSeriesThatItsFitLeftOut) {
  const auto samples = classes(30, 4, {});
  const auto fit = fit_linear_part(samples, dealt(30, 3), std::array{2.0});
  std::vector<int64_t> others;
  for (int64_t i = 0; i < 30; ++i) {
    if (i % 3 != 1) others.push_back(i);
  }
  const auto rows = at::tensor(others, at::kLong);
  const auto without = LinearRegression({.inputs = samples.inputs.index_select(0, rows),
                                         .targets = samples.targets.index_select(0, rows)})
                           .solve(2.0 * unit_of(samples));
  EXPECT_TRUE(at::allclose(fit.of_left_out[4], answers_of(without, samples.inputs)[4], 1e-3, 1e-3));
  const auto all = LinearRegression(samples).solve(2.0 * unit_of(samples));
  EXPECT_TRUE(at::allclose(fit.map.weight, all.weight, 1e-3, 1e-3));
  EXPECT_FALSE(at::allclose(fit.of_left_out[4], answers_of(all, samples.inputs)[4], 1e-3, 1e-3));
}

TEST(LinearPart, TakesTheStrengthThatTheSeriesLeftOutSpeakFor) {
  const auto of = [](double spread) {
    return fit_linear_part(numbers(60, 20, spread), dealt(60, 5));
  };
  const auto sure = of(0.01), unsure = of(30.0);
  EXPECT_LT(sure.strength, 0.1);
  EXPECT_GE(unsure.strength, 100.0);
  EXPECT_LT(sure.left_out_loss, 0.01);
  EXPECT_LT(unsure.map.weight.abs().max().item<double>(), 3.0);
}

TEST(LinearPart, ReadsMoreNumbersThanThereAreSeries) {
  const auto samples = classes(15, 50, {});
  const auto fit = fit_linear_part(samples, dealt(15, 5), std::array{1.0});
  const auto all = LinearRegression(samples).solve(unit_of(samples));
  EXPECT_TRUE(at::allclose(fit.map.weight, all.weight, 1e-2, 1e-3));
  EXPECT_TRUE(at::allclose(fit.map.bias, all.bias, 1e-2, 1e-3));
}

SeriesPart part_of(const std::string& rows, const std::vector<int64_t>& labels) {
  const TestFolder folder;
  const auto file = folder.write("series.ts", "@classLabel true a b\n@data\n" + rows);
  SeriesPart part;
  part.data = std::make_shared<const LabelledSeries>(
      read_labelled_series(file.string(), {}, Targets::required));
  for (int64_t i = 0; i < part.data->size(); ++i) part.series.push_back(i);
  part.targets = at::tensor(labels, at::kLong);
  return part;
}

TEST(LinearPart, HasEqualSeriesInOneFoldAndAllClassesInEach) {
  std::string rows;
  std::vector<int64_t> labels;
  for (int i = 0; i < 12; ++i) {  // each twice
    for (int twice = 0; twice < 2; ++twice) {
      rows += std::to_string(i) + ",1," + std::to_string(i * i) + (i < 6 ? ":a\n" : ":b\n");
      labels.push_back(i < 6 ? 0 : 1);
    }
  }
  const auto folds = deal_series(part_of(rows, labels), /*of_classes=*/true, 3);
  ASSERT_EQ(folds.size(), 24U);
  std::vector<std::multiset<int64_t>> of_fold(3);
  for (size_t i = 0; i < 24; i += 2) {
    EXPECT_EQ(folds[i], folds[i + 1]);
    of_fold.at(static_cast<size_t>(folds[i])).insert(labels[i]);
  }
  for (const auto& fold : of_fold) EXPECT_EQ(fold, (std::multiset<int64_t>{0, 0, 1, 1}));
}

// Series of one number a step, in two classes.
SeriesPart zeros(int64_t series, int64_t steps) {
  LabelledSeries data;
  data.features = {"x"};
  data.offsets = {0};
  data.values.resize(static_cast<size_t>(series * steps));
  SeriesPart part;
  for (int64_t i = 0; i < series; ++i) {
    data.offsets.push_back((i + 1) * steps);
    part.series.push_back(i);
  }
  part.data = std::make_shared<const LabelledSeries>(std::move(data));
  part.targets = at::arange(series, at::kLong).remainder(2);
  return part;
}

TEST(LinearPart, NeedsSeriesOfOneLengthAndEnoughButNotTooMany) {
  const auto even = zeros(10, 2);
  EXPECT_EQ(common_steps(even), 2);
  EXPECT_EQ(objection_to_linear_part(even, 2), "");
  EXPECT_TRUE(contains(objection_to_linear_part(zeros(9, 2), 2), "too few"));
  EXPECT_TRUE(contains(objection_to_linear_part(even, kMostLinearNumbers / 20 + 1), "too many"));
  EXPECT_EQ(objection_to_linear_part(zeros(10, kMostLinearDirections + 1), 2), "");
  EXPECT_TRUE(contains(
      objection_to_linear_part(zeros(kMostLinearDirections + 1, kMostLinearDirections + 1), 2),
      "too many"));
  auto rare = zeros(10, 2);
  rare.targets = at::tensor(std::vector<int64_t>{0, 0, 0, 0, 1, 0, 0, 0, 0, 0});
  EXPECT_TRUE(contains(objection_to_linear_part(rare, 2), "single"));
  const auto uneven = part_of("1,2:a\n3,4,5:b\n", {0, 1});
  EXPECT_EQ(common_steps(uneven), 0);
  EXPECT_TRUE(contains(objection_to_linear_part(uneven, 2), "length"));
}

TEST(LinearPart, MeansTheSameWhereverTheInputsAreAndHoweverLarge) {
  auto samples = classes(40, 6, {});
  const auto fit = fit_linear_part(samples, dealt(40, 5));
  samples.inputs = samples.inputs * 1e4 + 1e6;
  const auto moved = fit_linear_part(samples, dealt(40, 5));
  EXPECT_EQ(moved.strength, fit.strength);
  EXPECT_NEAR(moved.left_out_loss, fit.left_out_loss, 1e-3);
  EXPECT_TRUE(at::allclose(answers_of(moved.map, samples.inputs),
                           answers_of(fit.map, (samples.inputs - 1e6) / 1e4), 1e-2, 1e-2));
}

TEST(LinearPart, OfNoiseIsABias) {
  auto samples = numbers(30, 40, 0.0);
  samples.targets = noise(30, 1, 9);
  const auto fit = fit_linear_part(samples, dealt(30, 5));
  EXPECT_GE(fit.strength, 1e3);
  EXPECT_LT(fit.map.weight.abs().max().item<double>(), 0.05);
}

TEST(LinearPart, RefusesWhatIsNoNumber) {
  auto samples = numbers(30, 4, 0.1);
  samples.inputs[3][1] = std::numeric_limits<double>::infinity();
  EXPECT_THROW(fit_linear_part(samples, dealt(30, 5)), Error);
}

// 40 series of three steps, whose label is told by the first step.
SeriesPart told_by_the_first_step() {
  std::string rows;
  std::vector<int64_t> labels;
  for (int i = 0; i < 40; ++i) {
    labels.push_back(i % 3 == 0 ? 1 : 0);
    rows += std::to_string(labels.back() * 2 + i % 2) + "," + std::to_string(i * 7 % 11) + "," +
            std::to_string(i) + (labels.back() == 1 ? ":b\n" : ":a\n");
  }
  return part_of(rows, labels);
}

TEST(LinearPart, StandsBesideTheLayersInTrainingAsIfItHadNotSeenTheSeries) {
  auto part = told_by_the_first_step();
  SeriesModule model(SeriesModelOptions{.features = 1,
                                        .outputs = 2,
                                        .encoder = {.hidden_sizes = {4}},
                                        .dropout = 0.0,
                                        .linear_steps = 3});
  initialize_parameters(*model, {}, make_generator(at::kCPU, 2));
  const auto fit = add_linear_part(model, part, TargetKind::label, {});
  ASSERT_EQ(part.linear_answers.sizes(), (std::vector<int64_t>{40, 2}));
  const auto weight = model->named_buffers()["linear.weight"];  // (2, 3, 1)
  EXPECT_GT((weight[1][0] - weight[0][0]).item<double>(),
            3.0 * (weight[1][2] - weight[0][2]).abs().item<double>());

  SeriesBatches batches(part, 7, BatchOrder::shuffled, 5, at::kCPU);
  SeriesObjective objective(model, TargetKind::label, {}, at::kCPU, at::kFloat);
  ASSERT_EQ(batches.start_epoch(1), 6);
  double as_given = 0.0, of_all = 0.0;
  for (int64_t i = 0; i < 6; ++i) {
    const auto batch = batches.batch(i);
    model->train();
    const double loss = objective.step(batch, 1, 1.0).loss;
    model->eval();
    const at::NoGradGuard no_grad;
    const auto layers = model->forward_layers(batch.inputs).answer;
    EXPECT_NEAR(class_loss_sum({}, layers + batch.linear_answers, batch.targets).item<double>(),
                loss, 1e-3);
    as_given += class_loss_sum({}, batch.linear_answers, batch.targets).item<double>();
    of_all += class_loss_sum({}, model->linear_answer(batch.inputs), batch.targets).item<double>();
    EXPECT_NEAR(objective.evaluate(batch).loss,
                class_loss_sum({}, model->forward(batch.inputs), batch.targets).item<double>(),
                1e-3);
  }
  EXPECT_NEAR(as_given / 40.0, fit.left_out_loss, 1e-4) << "every series has its own";
  EXPECT_GT(as_given, of_all) << "what has seen the series knows them better";
}

}  // namespace
}  // namespace mnemo
