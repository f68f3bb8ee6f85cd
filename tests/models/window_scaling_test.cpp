#include "models/window_scaling.h"

#include <gtest/gtest.h>

namespace mnemo {
namespace {

// (1, 3, 2): a column that moves about 20, and one that stands at -4.
at::Tensor window() { return at::tensor({10.0, -4.0, 20.0, -4.0, 30.0, -4.0}).view({1, 3, 2}); }

WindowScale scale_by(WindowScaling kind, int64_t fixed = 0) {
  return scale_of(window(), kind, at::tensor({5.0, 7.0}), at::tensor({2.0, 9.0}), fixed);
}

TEST(WindowScaling, TakesEachWindowsOwnMeanAndDeviation) {
  const auto scale = scale_by(WindowScaling::standard);
  const auto scaled = scale.apply(window());
  EXPECT_NEAR(scaled.select(2, 0).mean().item<double>(), 0.0, 1e-12);
  EXPECT_NEAR(scaled.select(2, 0).std(/*unbiased=*/false).item<double>(), 1.0, 1e-12);
  EXPECT_TRUE(at::allclose(scale.undo(scaled), window()));
  const auto minmax = scale_by(WindowScaling::minmax).apply(window()).select(2, 0).flatten();
  EXPECT_TRUE(at::equal(minmax, at::tensor({0.0, 0.5, 1.0})));
}

TEST(WindowScaling, AColumnThatStandsStillIsForecastAsItStands) {
  const auto scale = scale_by(WindowScaling::standard);
  EXPECT_EQ(scale.scale[0][0][1].item<double>(), 9.0) << "the file's, which is more than 4";
  const auto forecast = at::full({1, 2, 2}, 0.3);
  EXPECT_EQ(scale.undo(forecast)[0][1][1].item<double>(), -4.0);
  EXPECT_NE(scale.undo(forecast)[0][1][0].item<double>(), 20.0);
  const auto quantiles = at::full({1, 2, 2, 3}, 0.3);
  EXPECT_EQ(scale.undo(quantiles)[0][1][1][2].item<double>(), -4.0);
  const auto twentieths = at::full({1, 9, 1}, 0.05, at::kDouble);
  const auto still = scale_of(twentieths, WindowScaling::standard, at::zeros({1}),
                              at::full({1}, 0.01), /*fixed_columns=*/0);
  EXPECT_EQ(still.moves.item<double>(), 0.0) << "whatever rounding makes of its deviation";
  EXPECT_NEAR(still.scale.item<double>(), 0.05, 1e-12) << "its size, which is more than 0.01";
}

TEST(WindowScaling, TheLastColumnsMayKeepTheFilesScale) {
  const auto scale = scale_by(WindowScaling::standard, 1);
  EXPECT_EQ(scale.offset[0][0][1].item<double>(), 7.0);
  EXPECT_EQ(scale.scale[0][0][1].item<double>(), 9.0);
  EXPECT_EQ(scale.offset[0][0][0].item<double>(), 20.0);
}

}  // namespace
}  // namespace mnemo
