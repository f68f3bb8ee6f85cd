#include "app/training/linear/ngram_regression.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

#include "app/training/linear/lbfgs.h"
#include "models/ngram_keys.h"

namespace mnemo {
namespace {

IdTexts texts_of(std::vector<std::vector<int32_t>> texts) {
  const auto size = std::ssize(texts);
  return {.size = size, .read = [texts](int64_t text, std::vector<int32_t>& ids) {
            ids = texts[static_cast<size_t>(text)];
          }};
}

SparseRows rows_of(const std::vector<std::vector<int32_t>>& lists) {
  SparseRows rows;
  for (const auto& list : lists) {
    rows.numbers.insert(rows.numbers.end(), list.begin(), list.end());
    rows.offsets.push_back(std::ssize(rows.numbers));
  }
  return rows;
}

TEST(NgramFeatures, AreThoseThatEnoughTextsHold) {
  const auto texts = texts_of({{4, 9, 4, 9}, {9, 4, 7}, {8}});
  auto keys = shared_ngrams(texts, 2, 2);
  std::vector<int64_t> expected = {longer_key(0, 4), longer_key(0, 9),
                                   longer_key(longer_key(0, 9), 4)};
  std::ranges::sort(expected);
  EXPECT_EQ(keys, expected) << "4 9 stands twice, but in one text";
  EXPECT_EQ(shared_ngrams(texts, 1, 1).size(), 4U);

  const auto rows = ngram_rows(texts, 2, keys);
  EXPECT_EQ(rows.offsets, (std::vector<int64_t>{0, 3, 6, 6}));
  EXPECT_EQ(rows.numbers, (std::vector<int32_t>{0, 1, 2, 0, 1, 2})) << "once each";
  const auto columns = transposed(rows, 3);
  EXPECT_EQ(columns.offsets, (std::vector<int64_t>{0, 2, 4, 6}));
  EXPECT_EQ(columns.numbers, (std::vector<int32_t>{0, 1, 0, 1, 0, 1}));
}

TEST(LogCountRatios, AreThoseOfTextsThatHoldAnNgram) {
  // Texts: {0, 1} of class 1, {0} of class 1, {1} of class 0.
  const auto columns = transposed(rows_of({{0, 1}, {0}, {1}}), 2);
  const auto ratios = log_count_ratios(columns, {1, 1, 0}, 2);
  ASSERT_EQ(ratios.size(), 2U);
  // Class 1 holds them 2 and 1 times, class 0 none and 1 time; one is added to each.
  EXPECT_NEAR(ratios[0], std::log((3.0 / 5.0) / (1.0 / 3.0)), 1e-6);
  EXPECT_NEAR(ratios[1], std::log((2.0 / 5.0) / (2.0 / 3.0)), 1e-6);
  const auto of_three = log_count_ratios(columns, {1, 2, 0}, 3);
  ASSERT_EQ(of_three.size(), 6U);
  EXPECT_NEAR(of_three[0], std::log((1.0 / 3.0) / (3.0 / 5.0)), 1e-6) << "class 0 beside others";
}

struct Problem {
  SparseRows rows;
  std::vector<int32_t> labels;
  int64_t ngrams, classes;
};

// Ngrams that stand more often in the texts of one class.
Problem random_problem(int64_t texts, int64_t ngrams, int32_t classes) {
  std::mt19937 random(11);  // NOLINT: the same each time
  Problem problem{.rows = {}, .labels = {}, .ngrams = ngrams, .classes = classes};
  std::vector<std::vector<int32_t>> lists;
  for (int64_t text = 0; text < texts; ++text) {
    const auto label = static_cast<int32_t>(random() % static_cast<uint32_t>(classes));
    std::set<int32_t> held;
    while (held.size() < 6) {
      auto ngram = static_cast<int32_t>(random() % static_cast<uint32_t>(ngrams));
      if (random() % 3 == 0) ngram = ngram / classes * classes + label;
      if (ngram < ngrams) held.insert(ngram);
    }
    lists.emplace_back(held.begin(), held.end());
    problem.labels.push_back(label);
  }
  problem.rows = rows_of(lists);
  return problem;
}

// (texts, K) of zeros and ones.
at::Tensor dense(const Problem& problem) {
  auto result = at::zeros({problem.rows.size(), problem.ngrams}, at::kDouble);
  for (int64_t text = 0; text < problem.rows.size(); ++text) {
    for (const int32_t ngram : problem.rows[text]) result[text][ngram] = 1.0;
  }
  return result;
}

class NgramRegressionOf : public testing::TestWithParam<int32_t> {};

// Differentiated by autograd, from the formula in the header.
TEST_P(NgramRegressionOf, EndsWhereTheGradientIsZero) {
  const int32_t classes = GetParam();
  const auto problem = random_problem(300, 40, classes);
  const ClassLoss loss{.label_smoothing = 0.1,
                       .weights = at::linspace(0.5, 1.5, classes).to(at::kFloat)};
  NgramRegression regression(problem.rows, problem.labels, problem.ngrams, classes, loss);
  constexpr double kStrength = 0.5;
  const auto model = regression.solve(kStrength, 1e-7);
  const auto logits = std::ssize(model.bias);
  const auto ratios = at::tensor(log_count_ratios(transposed(problem.rows, problem.ngrams),
                                                  problem.labels, classes))
                          .view({-1, logits})
                          .to(at::kDouble);  // (K, C)
  auto weights = (at::tensor(model.weight).view({-1, logits}).to(at::kDouble) / ratios);
  weights.requires_grad_();
  auto bias = at::tensor(model.bias, at::kDouble).requires_grad_();
  const auto scores = dense(problem).matmul(weights * ratios) + bias;
  EXPECT_TRUE(at::allclose(scores, model.logits(problem.rows), 0.0, 1e-5));
  const auto targets = at::tensor(problem.labels).to(at::kLong);
  auto weighed = loss;
  weighed.weights = loss.weights.to(at::kDouble);
  const auto value =
      weights.square().sum() / 2.0 + class_loss_sum(weighed, scores, targets) * kStrength;
  value.backward();
  // The gradient began at zero with some tens; scaled weights are rounded to fp32 on the way.
  EXPECT_LT(weights.grad().abs().max().item<double>(), 1e-3);
  EXPECT_LT(bias.grad().abs().max().item<double>(), 1e-3);
  EXPECT_GT(weights.detach().abs().max().item<double>(), 0.05);
}

INSTANTIATE_TEST_SUITE_P(Classes, NgramRegressionOf, testing::Values(2, 3));

TEST(NgramRegression, GivesTheSameOnAnyNumberOfThreads) {
  const int before = at::get_num_threads();
  const auto problem = random_problem(3000, 200, 3);
  const auto solve = [&](int threads) {
    at::set_num_threads(threads);
    NgramRegression regression(problem.rows, problem.labels, problem.ngrams, 3, {});
    regression.solve(0.1);
    return regression.solve(1.0).weight;
  };
  EXPECT_EQ(solve(1), solve(3));
  at::set_num_threads(before);
}

TEST(Lbfgs, FindsTheLowestPointOfAValley) {
  // Rosenbrock's would not be convex; this one is a hundred times as steep one way as the other.
  const auto valley = [](const std::vector<double>& x, std::vector<double>& gradient) {
    const double a = x[0] + x[1] - 3.0, b = x[0] - x[1] + 1.0;
    gradient = {200.0 * a + 2.0 * b, 200.0 * a - 2.0 * b};
    return 100.0 * a * a + b * b;
  };
  std::vector<double> point = {10.0, -7.0};
  const auto result = minimize(valley, point, {1.0, 1.0}, {.tolerance = 1e-9});
  EXPECT_NEAR(point[0], 1.0, 1e-6);
  EXPECT_NEAR(point[1], 2.0, 1e-6);
  EXPECT_LT(result.steps, 30);
}

}  // namespace
}  // namespace mnemo
