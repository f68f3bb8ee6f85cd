#include "app/classics/seasonal_decomposition.h"

#include <gtest/gtest.h>

#include "tests/app/classics/classic_series.h"

namespace mnemo {
namespace {

SeasonalIndices indices_of(const std::vector<double>& values, int64_t season) {
  SeasonalDecomposition decomposition(season);
  for (const double value : values) decomposition.add(value);
  return decomposition.indices();
}

void expect_values(const std::vector<double>& found, const std::vector<double>& wanted) {
  ASSERT_EQ(found.size(), wanted.size());
  for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], wanted[i], 1e-7) << i;
}

// The figure of R's decompose(AirPassengers, "multiplicative"), as its manual prints it; the same
// by seasonal_decompose of statsmodels 0.15.0.
TEST(SeasonalDecomposition, MultipliesAsInR) {
  const auto indices = indices_of(airline_passengers(), 12);
  EXPECT_EQ(indices.form, SeasonForm::multiplicative);
  expect_values(indices.values, {0.9102304, 0.8836253, 1.0073663, 0.9759060, 0.9813780, 1.1127758,
                                 1.2265555, 1.2199110, 1.0604919, 0.9217572, 0.8011781, 0.8988244});
  EXPECT_NEAR(indices.adjusted(200.0, 13), 200.0 / 0.8836253, 1e-4);
  EXPECT_NEAR(indices.seasonal(200.0, 14), 200.0 * 1.0073663, 1e-4);
}

// The indices are seasonal_decompose(model="additive", period=5) of statsmodels 0.15.0.
TEST(SeasonalDecomposition, AddsWhereValuesAreNotAboveZero) {
  const auto indices = indices_of(around_zero(), 5);
  EXPECT_EQ(indices.form, SeasonForm::additive);
  expect_values(indices.values, {2.798, -1.202, 0.308, -2.702, 0.798});
}

// The autocorrelation at twelve rows is 0.064 and its limit 0.686 by acf() of statsmodels 0.15.0.
TEST(SeasonalDecomposition, HasNoSeasonThatTheTestDenies) {
  std::vector<double> values;
  for (int i = 0; i < 36; ++i) values.push_back(3.0 * std::sin(1.7 * i) + 0.5 * i + 20.0);
  EXPECT_EQ(indices_of(values, 12).form, SeasonForm::none);
}

TEST(SeasonalDecomposition, NeedsThreeSeasonsAndAtLeastTwoRowsOfEach) {
  auto values = airline_passengers();
  values.resize(35);
  EXPECT_EQ(indices_of(values, 12).form, SeasonForm::none);
  EXPECT_EQ(indices_of(airline_passengers(), 1).form, SeasonForm::none);
  EXPECT_EQ(indices_of(std::vector<double>(60, 7.0), 12).form, SeasonForm::none) << "constant";
}

TEST(SeasonalDecomposition, KnowsAfterEachRowWhatItWouldOfTheRowsSoFarAlone) {
  const auto all = airline_passengers();
  SeasonalDecomposition decomposition(12);
  for (size_t rows = 1; rows <= all.size(); ++rows) {
    decomposition.add(all[rows - 1]);
    if (rows % 31 != 0) continue;
    const std::vector<double> some(all.begin(), all.begin() + static_cast<int64_t>(rows));
    expect_values(decomposition.indices().values, indices_of(some, 12).values);
  }
}

}  // namespace
}  // namespace mnemo
