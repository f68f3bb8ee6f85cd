#include "app/training/linear/logit_mix.h"

#include <gtest/gtest.h>

#include "app/settings/compute.h"
#include "models/text_classifier.h"

namespace mnemo {
namespace {

struct Answers {
  at::Tensor first, second, targets;
};

// Two noisy looks at the same truth.
Answers noisy(int64_t classes, double first_noise, double second_noise) {
  auto generator = make_generator(at::kCPU, 5);
  const int64_t rows = 400;
  const auto targets = at::randint(0, classes, {rows}, generator, at::TensorOptions(at::kLong));
  const auto truth = at::one_hot(targets, classes).to(at::kDouble);
  const auto look = [&](double noise) {
    const auto logits = truth + at::randn({rows, classes}, generator, at::kDouble) * noise;
    return classes == 2 ? logits.slice(1, 1) - logits.slice(1, 0, 1) : logits;
  };
  return {.first = look(first_noise), .second = look(second_noise), .targets = targets};
}

double loss_of(const Answers& answers, double first, double second) {
  return cross_entropy_sum(answers.first * first + answers.second * second, answers.targets)
      .item<double>();
}

TEST(LogitMix, HasTheLeastLoss) {
  for (const int64_t classes : {2, 5}) {
    const auto answers = noisy(classes, 0.6, 1.2);
    const auto mix = fit_mix(answers.first, answers.second, answers.targets);
    EXPECT_GT(mix.first, mix.second) << "the better one counts more";
    EXPECT_GT(mix.second, 0.05);
    const double least = loss_of(answers, mix.first, mix.second);
    for (const double step : {-0.2, 0.2}) {
      EXPECT_LT(least, loss_of(answers, mix.first + step, mix.second));
      EXPECT_LT(least, loss_of(answers, mix.first, mix.second + step));
      EXPECT_LT(least, loss_of(answers, mix.first + step, mix.second - step));
    }
  }
}

TEST(LogitMix, LeavesOutWhatMisleads) {
  auto answers = noisy(3, 0.8, 0.8);
  answers.second = -answers.second;
  const auto mix = fit_mix(answers.first, answers.second, answers.targets);
  EXPECT_GT(mix.first, 0.3);
  EXPECT_EQ(mix.second, 0.0);
}

TEST(LogitMix, StaysFiniteWhereAllIsRight) {
  const auto answers = noisy(2, 0.0, 0.0);
  const auto mix = fit_mix(answers.first, answers.second, answers.targets);
  EXPECT_GT(mix.first, 1.0);
  EXPECT_LT(mix.first, 20.0);
}

}  // namespace
}  // namespace mnemo
