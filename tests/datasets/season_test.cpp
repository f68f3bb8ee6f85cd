#include "datasets/season.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace mnemo {
namespace {

using Columns = std::vector<std::vector<double>>;

std::vector<double> wave(int64_t rows, int64_t season, double trend) {
  std::vector<double> values;
  for (int64_t i = 0; i < rows; ++i) {
    // Not a plain sine: its half period must not be taken for a season.
    const double angle = 2.0 * M_PI * static_cast<double>(i) / static_cast<double>(season);
    values.push_back(std::sin(angle) + 0.5 * std::cos(2.0 * angle) +
                     trend * static_cast<double>(i));
  }
  return values;
}

TEST(FindSeason, FindsThePeriodUnderATrend) {
  EXPECT_EQ(find_season(Columns{wave(300, 12, 0.1)}), 12);
  EXPECT_EQ(find_season(Columns{wave(300, 24, 0.0), wave(300, 24, -0.3)}), 24);
}

// Readings every 15 minutes are like this: the day's wave moves less from one to the next than the
// noise.
TEST(FindSeason, FindsASlowWaveUnderNoisySteps) {
  std::mt19937 random(1);
  std::normal_distribution<double> noise(0.0, 0.5);
  auto values = wave(2000, 96, 0.001);
  for (double& value : values) value += noise(random);
  EXPECT_NEAR(static_cast<double>(find_season(Columns{values})), 96.0, 1.0);
}

TEST(FindSeason, NoiseAndConstantsHaveNone) {
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  std::vector<double> noise(500);
  for (double& value : noise) value = normal(random);
  EXPECT_EQ(find_season(Columns{noise}), 1);
  EXPECT_EQ(find_season(Columns{std::vector<double>(100, 3.0)}), 1);
  EXPECT_EQ(find_season(Columns{{1.0, 2.0, 1.0}}), 1) << "too short to tell";
}

}  // namespace
}  // namespace mnemo
