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
    // This is no plain sine: its half period must not be taken for a season.
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

std::vector<double> noisy_sine(int64_t rows, double season, double noise, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0.0, noise);
  std::vector<double> values;
  for (int64_t i = 0; i < rows; ++i) {
    values.push_back(std::sin(2.0 * M_PI * static_cast<double>(i) / season) + normal(random));
  }
  return values;
}

// The differences of noise go to and fro, so that a lag of 2 stands out beside a lag of 1.
TEST(FindSeason, NoiseMakesNoSeasonOfTwo) {
  for (const double noise : {0.05, 0.2, 0.5}) {
    EXPECT_EQ(find_season(Columns{noisy_sine(1000, 24.0, noise, 3)}, {.seconds = 3600}), 24);
    EXPECT_NEAR(static_cast<double>(find_season(Columns{noisy_sine(1000, 24.0, noise, 3)})), 24.0,
                1.0);
  }
  std::vector<double> to_and_fro;
  for (int i = 0; i < 60; ++i) to_and_fro.push_back(i % 2);
  EXPECT_EQ(find_season(Columns{to_and_fro}), 2);
}

TEST(FindSeason, TakesWhatTheStepSuggestsWhereItShows) {
  EXPECT_EQ(find_season(Columns{noisy_sine(300, 52.18, 0.4, 1)}, {.seconds = 7 * 86'400}), 52);
  EXPECT_EQ(find_season(Columns{noisy_sine(2000, 365.25, 0.5, 1)}, {.seconds = 86'400}), 365);
  EXPECT_EQ(find_season(Columns{noisy_sine(400, 7.0, 0.7, 1)}, {.seconds = 86'400}), 7);
  EXPECT_EQ(find_season(Columns{noisy_sine(60, 12.0, 0.5, 1)}, {.months = 1}), 12);
  EXPECT_EQ(find_season(Columns{noisy_sine(3000, 48.0, 0.3, 1)}, {.seconds = 1800}), 48);
}

TEST(FindSeason, IsNotWhatTheStepSuggestsButTheDataDeny) {
  EXPECT_EQ(find_season(Columns{wave(900, 30, 0.0)}, {.seconds = 86'400}), 30);
  EXPECT_EQ(find_season(Columns{noisy_sine(500, 1e9, 1.0, 2)}, {.seconds = 3600}), 1);
}

// One of these would be too noisy to tell.
TEST(FindSeason, IsFoundInManySeriesOfUnequalLengths) {
  Columns columns;
  for (unsigned i = 0; i < 200; ++i) columns.push_back(noisy_sine(40 + i % 30, 4.0, 1.2, i));
  columns.push_back({1.0});
  columns.push_back({});
  EXPECT_EQ(find_season(columns, {.months = 3}), 4);
}

TEST(FindSeason, StepsOfNoCycleSuggestNone) {
  EXPECT_EQ(likely_seasons({.seconds = 3600}), (std::vector<int64_t>{24, 168}));
  EXPECT_EQ(likely_seasons({.seconds = 900}), (std::vector<int64_t>{96, 672}));
  EXPECT_EQ(likely_seasons({.months = 3}), (std::vector<int64_t>{4}));
  EXPECT_TRUE(likely_seasons({.months = 12}).empty());
  EXPECT_TRUE(likely_seasons({.seconds = 7 * 3600}).empty());
  EXPECT_TRUE(likely_seasons({}).empty());
}

}  // namespace
}  // namespace mnemo
