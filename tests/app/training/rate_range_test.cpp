#include "app/training/rate_range.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "mnemo/error.h"

namespace mnemo {
namespace {

// loss = (weight - target)^2 from a weight of 5, with targets around 1, so that no step ends in
// one: gradient descent converges for rates below 1.
class Parabola : public Objective {
 public:
  // `noise`: what every other loss is above what it should be, and below it in turn, for a while.
  explicit Parabola(double slope = 1.0, double noise = 0.0) : slope_(slope), noise_(noise) {
    weight_ = holder_.register_parameter("weight", at::full({1}, 5.0));
  }

  torch::nn::Module& model() override { return holder_; }
  ObjectiveWords words() const override { return {.metric = "accuracy", .unit = "samples"}; }
  LossSum step(const LabelledBatch&, uint64_t, double weight) override {
    const double target = ++steps_ % 2 == 0 ? 0.9 : 1.1;
    const auto loss = (weight_ - target).pow(2).sum() * slope_;
    (loss * weight).backward();
    return {
        .loss = loss.item<double>() + noise_ * (steps_ > 1 ? 1.0 : 0.0), .samples = 1, .units = 1};
  }
  LossSum evaluate(const LabelledBatch&) override { return {}; }
  at::Tensor probe(const LabelledBatch&, RecurrentProbe&) override { return {}; }

 private:
  torch::nn::Module holder_;
  at::Tensor weight_;
  double slope_, noise_;
  int64_t steps_ = 0;
};

class OneBatch : public BatchSource {
 public:
  int64_t start_epoch(int64_t) override { return 1; }
  LabelledBatch batch(int64_t) override { return {}; }
};

RateCurve find(Parabola& objective) {
  OneBatch batches;
  const auto optimizer =
      make_optimizer(objective.model().parameters(), {.kind = OptimizerKind::sgd});
  return find_learning_rate(objective, batches, *optimizer, {.clip_norm = 0.0});
}

TEST(RateRangeTest, RisesUntilTheLossExplodes) {
  Parabola parabola;
  const auto curve = find(parabola);
  ASSERT_GT(curve.points.size(), 20U);
  EXPECT_LT(curve.points.size(), 100U) << "it stops when the loss has exploded";
  EXPECT_DOUBLE_EQ(curve.points.front().rate, 1e-6);
  EXPECT_NEAR(curve.points.front().loss, 3.9 * 3.9, 1e-5);
  EXPECT_NEAR(curve.points.front().smoothed, 3.9 * 3.9, 1e-5);
  EXPECT_NEAR(curve.points[1].rate / curve.points[0].rate,
              curve.points[11].rate / curve.points[10].rate, 1e-9);
  EXPECT_GT(curve.steepest, 1e-3);
  EXPECT_LT(curve.steepest, curve.at_lowest);
  EXPECT_LT(curve.at_lowest, 2.0) << "beyond 1 every step leads away";
}

// The first loss is the lowest by chance, as it is of a small batch.
TEST(RateRangeTest, TakesMoreStepsWhereTheLossDoesNotFall) {
  Parabola parabola(1.0, /*noise=*/20.0);
  const auto curve = find(parabola);
  EXPECT_GT(curve.points.size(), 100U);
  EXPECT_GT(curve.steepest, 0.0);
  EXPECT_NEAR(curve.points[1].rate / curve.points[0].rate, std::pow(1e7, 1.0 / 499.0), 1e-9)
      << "five times as many";
}

TEST(RateRangeTest, SaysWhenNoRateHelps) {
  Parabola flat(0.0);
  EXPECT_THROW(find(flat), Error);
}

TEST(RateRangeTest, IsWrittenAsATable) {
  const RateCurve curve{.points = {{.rate = 1e-5, .loss = 0.75, .smoothed = 0.5}}};
  EXPECT_EQ(to_tsv(curve), "learning_rate\tloss\tsmoothed_loss\n1e-05\t0.75\t0.5\n");
}

}  // namespace
}  // namespace mnemo
